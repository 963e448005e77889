import { useSignal } from '@preact/signals';
import type { DeviceDetailJson, DeviceJson } from '../../../../src/api/contract.ts';
import { detail, operate } from '../../model/device-detail.ts';
import { gatewayNow, wallTime } from '../../model/gateway-time.ts';
import { isOld } from '../../model/link.ts';
import { me } from '../../model/me.ts';
import { hrefTo } from '../../model/route.ts';
import { offers, type DeviceView } from '../../model/site.ts';
import { t } from '../../text/language.ts';
import { durationText } from '../../text/duration.ts';
import { stateWords } from '../../text/words.ts';
import { Dialog } from '../dialog.tsx';
import { Fact } from '../fact.tsx';
import { Mark } from '../mark.tsx';
import { AnswerChart } from './answer-chart.tsx';

/** Who the device is, how asking it goes, and what one can do about it. */
export function DeviceHead({ device }: { readonly device: DeviceView }) {
  const status = device.status.value;
  const { name, label } = status;
  const known = detail.value?.name === name ? detail.value : undefined;
  return (
    <section class="panel device-head" aria-label={label ?? name}>
      <div class="device-title">
        <h2>
          {label ?? name} {label !== undefined && <span class="quiet">{name} </span>}
          <State state={status.state} />
        </h2>
        <Actions status={status} isPolled={known?.polling !== undefined} />
      </div>
      <Trouble status={status} />
      <div class="device-body">
        <Facts status={status} known={known} />
        {known?.polling !== undefined && <AnswerChart polling={known.polling} />}
      </div>
    </section>
  );
}

function State({ state }: Pick<DeviceJson, 'state'>) {
  return (
    <span class="state">
      {state !== 'good' && state !== 'waiting' && <Mark priority={state === 'silent' ? 2 : 3} />}
      {stateWords(state, isOld.value)}
    </span>
  );
}

/** Why it is not asked, or what went wrong last. */
function Trouble({ status: { paused, error } }: { readonly status: DeviceJson }) {
  if (paused === undefined) return error === undefined ? null : <p class="trouble">{error}</p>;
  const { who, why, time, untilRestart } = paused;
  return (
    <p class="trouble">
      {[
        t('device.pausedBy', { who, why }),
        t('attention.since', { time: wallTime(time, gatewayNow.peek()) }),
        untilRestart === true && t('device.untilRestart'),
      ]
        .filter(Boolean)
        .join(' · ')}
    </p>
  );
}

interface FactsProps {
  readonly status: DeviceJson;
  readonly known: DeviceDetailJson | undefined;
}

function Facts({ status, known }: FactsProps) {
  const { profile, line, unit, polls, failures, skipped, lastAnswer, goodSince } = status;
  const { source } = known ?? {};
  return (
    <dl class="facts">
      {profile !== undefined && <Fact name={t('device.profile')} value={profile} />}
      {source !== undefined && <Fact name={t('device.source')} value={<Source text={source} />} />}
      <Fact name={t('device.line')} value={line} />
      <Fact name={t('device.unit')} value={String(unit)} />
      <Fact
        name={t('device.since')}
        value={goodSince === undefined ? '–' : wallTime(goodSince, gatewayNow.value)}
      />
      <Fact name={t('device.success')} value={successText(polls, failures)} />
      {skipped > 0 && <Fact name={t('device.skipped')} value={String(skipped)} />}
      <Fact
        name={t('device.answer')}
        value={lastAnswer === undefined ? t('tile.never') : agoText(lastAnswer)}
      />
    </dl>
  );
}

function agoText(iso: string): string {
  const ms = gatewayNow.value - Date.parse(iso);
  return ms < 60_000
    ? t('device.ago', { time: durationText(ms) })
    : wallTime(iso, gatewayNow.value);
}

/** `99.96 % of 12 004`; what was rounded up to everything would hide that something failed. */
export function successText(polls: number, failures: number): string {
  if (polls === 0) return '–';
  const percent = Math.floor(((polls - failures) / polls) * 10_000) / 100;
  return t('device.of', { percent: failures === 0 ? '100' : percent.toFixed(2), n: polls });
}

/** The manual, as a link where the profile gives its address. */
function Source({ text }: { readonly text: string }) {
  const [url] = /https?:\/\/[^\s<>"']+/.exec(text) ?? [];
  if (url === undefined) return <>{text}</>;
  return (
    <a href={url} target="_blank" rel="noreferrer noopener">
      {text.replace(url, '').trim() || url}
    </a>
  );
}

interface ActionsProps {
  readonly status: DeviceJson;
  readonly isPolled: boolean;
}

function Actions({ status, isPolled }: ActionsProps) {
  const { name, line, unit } = status;
  return (
    <div class="choice device-actions">
      {isPolled && <Polling name={name} isPaused={status.paused !== undefined} />}
      {offers.value.includes('traffic') && (
        <a class="button" href={hrefTo('traffic', undefined, { line, unit: String(unit) })}>
          {t('nav.traffic')}
        </a>
      )}
      {hasSettings() && (
        <a class="button" href={hrefTo('settings', undefined, { device: name })}>
          {t('device.edit')}
        </a>
      )}
    </div>
  );
}

interface PollingProps {
  readonly name: string;
  readonly isPaused: boolean;
}

function Polling({ name, isPaused }: PollingProps) {
  const said = useSignal('');
  const isBusy = useSignal(false);
  const isAsking = useSignal(false);
  const isViewer = (me.value?.role ?? 'viewer') === 'viewer';
  const title = isViewer ? t('device.role') : undefined;
  const isDisabled = isOld.value || isBusy.value || isViewer;
  const run = async (verb: 'try' | 'pause' | 'resume', body?: object): Promise<boolean> => {
    isBusy.value = true;
    said.value = '';
    const why = await operate(name, verb, body);
    isBusy.value = false;
    said.value = why === '' ? '' : t('ask.failed', { why });
    return why === '';
  };
  return (
    <>
      <button
        {...{ type: 'button', title, disabled: isDisabled || isPaused }}
        onClick={() => void run('try')}
      >
        {t(isBusy.value ? 'device.trying' : 'device.try')}
      </button>
      <button
        {...{ type: 'button', title, disabled: isDisabled }}
        onClick={() => {
          if (isPaused) void run('resume');
          else isAsking.value = true;
        }}
      >
        {t(isPaused ? 'device.resume' : 'device.pause')}
      </button>
      <span role="status" class="trouble">
        {said.value}
      </span>
      {isAsking.value && (
        <PauseDialog
          name={name}
          onClose={() => {
            isAsking.value = false;
          }}
          onPause={async (reason) => run('pause', { why: reason })}
        />
      )}
    </>
  );
}

/** Settings are there where the gateway has them and for those who may see them. */
export function hasSettings(): boolean {
  return (offers.value as readonly string[]).includes('settings') && me.value?.role === 'admin';
}

interface PauseDialogProps {
  readonly name: string;
  readonly onClose: () => void;
  readonly onPause: (reason: string) => Promise<boolean>;
}

function PauseDialog({ name, onClose, onPause }: PauseDialogProps) {
  const reason = useSignal('');
  return (
    <Dialog title={t('device.pauseTitle', { device: name })} onClose={onClose}>
      <form
        class="field"
        onSubmit={(event) => {
          event.preventDefault();
          void onPause(reason.peek().trim()).then((done) => {
            if (done) onClose();
          });
        }}
      >
        <p>{t('device.pauseWords')}</p>
        <label>
          {t('device.pauseWhy')}
          <input
            autocomplete="off"
            maxLength={500}
            value={reason.value}
            onInput={({ currentTarget: { value } }) => {
              reason.value = value;
            }}
          />
        </label>
        <button type="submit" disabled={isOld.value || reason.value.trim() === ''}>
          {t('device.pauseGo', { device: name })}
        </button>
      </form>
    </Dialog>
  );
}
