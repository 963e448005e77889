import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import {
  dismissSteps,
  downloadConfig,
  firstSteps,
  noteBackup,
  runFirstSteps,
  type Step,
  type StepView,
} from '../model/first-steps.ts';
import { me } from '../model/me.ts';
import { hrefTo } from '../model/route.ts';
import { gatewayName, offers } from '../model/site.ts';
import { t } from '../text/language.ts';

/** What a new gateway still needs, until it is done or somebody does not want to see it. */
export function FirstSteps() {
  const name = gatewayName.value;
  useEffect(runFirstSteps, [name]);
  const steps = firstSteps.value;
  if (steps === undefined) return null;
  const done = steps.filter(({ isDone }) => isDone).length;
  return (
    <section class="panel steps" aria-label={t('steps.title')}>
      <div class="steps-head">
        <h2>{t('steps.title')}</h2>
        <span class="quiet">{t('steps.count', { n: done, of: steps.length })}</span>
        <button type="button" onClick={dismissSteps}>
          {t('steps.dismiss')}
        </button>
      </div>
      <ol>
        {steps.map((view) => (
          <Item key={view.step} view={view} />
        ))}
      </ol>
    </section>
  );
}

function Item({ view: { step, isDone } }: { readonly view: StepView }) {
  return (
    <li class={isDone ? 'is-done' : ''}>
      <span class="step-mark" aria-hidden="true">
        {isDone ? '✓' : ''}
      </span>
      <span class="step-what">
        {t(`steps.${step}`)}
        <span class="unseen">: {t(isDone ? 'steps.done' : 'steps.open')}</span>
      </span>
      {step === 'access' ? <Access /> : !isDone && <Next step={step} />}
    </li>
  );
}

function Access() {
  return (
    <span class="quiet">
      {t(me.value?.login === true ? 'steps.accessLogin' : 'steps.accessLocal')}
    </span>
  );
}

/** What to do next, and where. */
function Next({ step }: { readonly step: Exclude<Step, 'access'> }) {
  if (step === 'backup') return <Backup />;
  const screen = ({ devices: 'devices', sink: 'sinks', alarms: 'alarms' } as const)[step];
  const isThere = screen === 'devices' || offers.value.includes(screen);
  return (
    <>
      <span class="quiet">{t(`steps.${step}How`)}</span>
      {maySet() ? (
        <a href={hrefTo('settings')}>{t('steps.settings')}</a>
      ) : (
        isThere && <a href={hrefTo(screen)}>{t(`steps.${step}Go`)}</a>
      )}
    </>
  );
}

function Backup() {
  const problem = useSignal('');
  if (!maySet()) {
    return (
      <>
        <span class="quiet">{t('steps.backupOther')}</span>
        <button type="button" class="link" onClick={noteBackup}>
          {t('steps.backupDid')}
        </button>
      </>
    );
  }
  return (
    <>
      <span class="quiet">{problem.value === '' ? t('steps.backupHow') : problem}</span>
      <button
        type="button"
        class="link"
        onClick={() => {
          void downloadConfig().then((why = '') => {
            problem.value = why;
          });
        }}
      >
        {t('steps.backupGo')}
      </button>
    </>
  );
}

/** May whoever looks see and change the configuration here? */
function maySet(): boolean {
  return offers.value.includes('settings') && me.value?.role === 'admin';
}
