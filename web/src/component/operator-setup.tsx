import { useSignal } from '@preact/signals';
import type { OperatorChoice } from '../model/operator.ts';
import { refine } from '../model/route.ts';
import { devices } from '../model/site.ts';
import { t } from '../text/language.ts';
import { Dialog } from './dialog.tsx';

const TURNS = ['', '10s', '30s', '1m'] as const;

/** What this screen shows, and how: kept in its address alone. */
export function OperatorSetup({ choice }: { readonly choice: OperatorChoice }) {
  const isOpen = useSignal(false);
  return (
    <>
      <button
        type="button"
        onClick={() => {
          isOpen.value = true;
        }}
      >
        {t('operator.setup')}
      </button>
      {isOpen.value && (
        <Dialog
          title={t('operator.setup')}
          onClose={() => {
            isOpen.value = false;
          }}
        >
          <Choices choice={choice} />
        </Dialog>
      )}
    </>
  );
}

function Choices({ choice }: { readonly choice: OperatorChoice }) {
  const seconds = choice.rotateMs === undefined ? '' : `${choice.rotateMs / 1000}s`;
  const turn = seconds === '60s' ? '1m' : seconds;
  const turns = (TURNS as readonly string[]).includes(turn) ? TURNS : [...TURNS, turn];
  return (
    <div class="field op-setup">
      <fieldset>
        <legend>{t('operator.devices')}</legend>
        {devices.value.map(({ name, status }) => (
          <Tick
            key={name}
            name={status.value.label ?? name}
            checked={choice.devices.length === 0 || choice.devices.includes(name)}
            onChange={(isChosen) => {
              chooseDevice(choice, name, isChosen);
            }}
          />
        ))}
      </fieldset>
      <label>
        {t('operator.rotate')}
        <select
          value={turn}
          onChange={({ currentTarget: { value } }) => {
            refine({ rotate: value });
          }}
        >
          {turns.map((value) => (
            <option key={value} value={value}>
              {value === '' ? t('operator.all') : t('operator.each', { time: value })}
            </option>
          ))}
        </select>
      </label>
      <Tick
        name={t('operator.lookOnly')}
        checked={choice.isLookOnly}
        onChange={(isOn) => {
          refine({ look: isOn ? 'only' : undefined });
        }}
      />
      <button
        type="button"
        onClick={() => {
          void (document.fullscreenElement === null
            ? document.documentElement.requestFullscreen()
            : document.exitFullscreen());
        }}
      >
        {t('operator.full')}
      </button>
      <p class="quiet">{t('operator.kept')}</p>
    </div>
  );
}

/** All of them are written as none, so that a device that comes later is shown as well. */
function chooseDevice(choice: OperatorChoice, name: string, isChosen: boolean): void {
  const all = devices.peek().map((device) => device.name);
  const before = choice.devices.length === 0 ? all : choice.devices;
  const after = all.filter((one) => (one === name ? isChosen : before.includes(one)));
  refine({ devices: after.length === all.length ? undefined : after.join(',') });
}

interface TickProps {
  readonly name: string;
  readonly checked: boolean;
  readonly onChange: (isOn: boolean) => void;
}

function Tick({ name, checked, onChange }: TickProps) {
  return (
    <label class="op-tick">
      <input
        type="checkbox"
        checked={checked}
        onChange={({ currentTarget }) => {
          onChange(currentTarget.checked);
        }}
      />
      {name}
    </label>
  );
}
