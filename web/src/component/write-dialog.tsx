import { useSignal, type Signal } from '@preact/signals';
import type { WritablePointJson, WriteResultJson } from '../../../src/api/contract.ts';
import { gatewayNow } from '../model/gateway-time.ts';
import type { PointView } from '../model/site.ts';
import {
  hindranceOf,
  rangeProblem,
  ticksOf,
  write,
  writes,
  type Hindrance,
} from '../model/writes.ts';
import { hindrance as roleHindrance } from '../model/may.ts';
import { durationText } from '../text/duration.ts';
import { t } from '../text/language.ts';
import { valueText } from '../text/value.ts';
import { Dialog } from './dialog.tsx';
import { Value } from './value.tsx';
import { bytesLeft, ChangeBar, WillSend } from './write-preview.tsx';

interface WriteDialogProps {
  readonly view: PointView;
  readonly rules: WritablePointJson;
  readonly onClose: () => void;
}

/** Asks for a value, says what it means before it is sent, and how far it came afterwards. */
export function WriteDialog({ view, rules, onClose }: WriteDialogProps) {
  const { point } = view;
  const text = useSignal('');
  const again = useSignal('');
  const reason = useSignal('');
  const result = useSignal<WriteResultJson | string | undefined>(undefined);
  const isBusy = useSignal(false);
  const hindered = hindranceOfPoint(view, rules);
  const problem = hindered ?? problemOf(view, rules, text.value);
  const send = async (): Promise<void> => {
    isBusy.value = true;
    result.value = await write(point, plainText(point, text.peek()), reason.peek().trim());
    isBusy.value = false;
  };
  const isReady = text.value !== '' && problem === undefined && !isBusy.value;
  return (
    <Dialog title={t('write.title', { point: point.label ?? view.id })} onClose={onClose}>
      <form
        class="field"
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <Present view={view} hindered={hindered} />
        <Rules rules={rules} />
        <NewValue {...{ rules, text, type: point.type, isText: point.kind === 'text' }} />
        <Meaning {...{ view, rules, text: text.value, problem, hindered }} />
        {rules.confirm === 'retype' && <TextField name={t('write.again')} value={again} />}
        <TextField name={t('write.reason')} value={reason} />
        <button type="submit" disabled={!isReady || !isConfirmed(rules, text.value, again.value)}>
          {t('write.go', { value: `${shownValue(rules, text.value)} ${point.unit ?? ''}`.trim() })}
        </button>
        {result.value !== undefined && <Result result={result.value} view={view} />}
      </form>
    </Dialog>
  );
}

function isConfirmed({ confirm }: WritablePointJson, text: string, again: string): boolean {
  return confirm !== 'retype' || again.trim() === text.trim();
}

/** What the gateway is asked to write: a number may have been typed with a comma, a text is as it is. */
function plainText({ kind }: PointView['point'], text: string): string {
  return kind === 'text' ? text : text.trim().replace(',', '.');
}

interface PresentProps {
  readonly view: PointView;
  readonly hindered: string | undefined;
}

/** What the device has, how old that is, and why nothing can be written now. */
function Present({ view, hindered }: PresentProps) {
  return (
    <>
      <p>
        {t('write.present')} <Value view={view} />{' '}
        {view.freshAt > 0 && (
          <span class="quiet">
            {t('device.ago', { time: durationText(gatewayNow.value - view.freshAt) })}
          </span>
        )}
      </p>
      {hindered !== undefined && <p class="trouble">{hindered}</p>}
    </>
  );
}

interface MeaningProps extends PresentProps {
  readonly rules: WritablePointJson;
  /** As typed. */
  readonly text: string;
  readonly problem: string | undefined;
}

/** What the typed value means: how far it is from the present one, and what goes to the device. */
function Meaning({ view, rules, text, problem, hindered }: MeaningProps) {
  const { point, id } = view;
  const plain = plainText(point, text);
  const isNumber = rules.states === undefined && point.kind !== 'text';
  return (
    <>
      {isNumber && <ChangeBar view={view} rules={rules} wanted={numberOf(plain)} />}
      {problem === undefined && <WillSend id={id} address={rules.address} text={plain} />}
      {hindered === undefined && problem !== undefined && text !== '' && (
        <p class="trouble">{problem}</p>
      )}
    </>
  );
}

/** A state is sent by its number, and shown by its name. */
function shownValue({ states }: WritablePointJson, text: string): string {
  return states?.[text] ?? text;
}

/** Undefined for what is no number. */
function numberOf(text: string): number | undefined {
  const number = Number(text);
  return text === '' || Number.isNaN(number) ? undefined : number;
}

/** Why nothing can be written to the point now, whatever it is. */
function hindranceOfPoint(view: PointView, rules: WritablePointJson): string | undefined {
  const lock = writes.value?.locks.find(({ scope }) => scope === '*' || scope === rules.device);
  const hindrance = hindranceOf(
    writes.value?.state,
    rules,
    view.sample.value,
    gatewayNow.value - view.freshAt,
  );
  if (hindrance !== undefined) return hindranceWords(hindrance);
  if (lock !== undefined) return t('writes.locked', { ...lock });
  const role = roleHindrance(rules.role);
  return role === '' ? undefined : role;
}

function problemOf(view: PointView, rules: WritablePointJson, text: string): string | undefined {
  const sample = view.sample.value;
  const left = view.point.kind === 'text' ? bytesLeft(view.point.type, text) : undefined;
  if (left !== undefined && left < 0) return t('write.tooLong', { n: -left });
  const isNumber = rules.states === undefined && view.point.kind !== 'text';
  if (!isNumber || view.point.type === 'bool' || text === '') return undefined;
  const present = typeof sample.value === 'number' ? sample.value : undefined;
  const broken = rangeProblem(text, rules, present);
  return broken === undefined ? undefined : t(`write.${broken}`, rangeWords(rules));
}

/** Why the pencil is not there, or the button cannot be pressed. */
export function hindranceWords(hindrance: Hindrance): string {
  if (hindrance === 'closed') return writes.value?.problem ?? t('write.closed');
  return t(`write.${hindrance}`);
}

function rangeWords({ min, max, maxChange, unit = '' }: WritablePointJson): Record<string, string> {
  return {
    min: String(min ?? '…'),
    max: String(max ?? '…'),
    change: String(maxChange ?? ''),
    unit,
  };
}

function Rules({ rules }: { readonly rules: WritablePointJson }) {
  const { min, max, step, maxChange, wear, lease, interlocks = [], unit = '' } = rules;
  return (
    <ul class="quiet">
      {(min !== undefined || max !== undefined) && <li>{t('write.limits', rangeWords(rules))}</li>}
      {step !== undefined && <li>{t('write.step', { step, unit })}</li>}
      {maxChange !== undefined && <li>{t('write.most', { change: maxChange, unit })}</li>}
      {wear !== undefined && (
        <li>
          {t('write.wear', { total: wear.total, cycles: wear.cycles, today: wear.today })}
          {wear.yearsLeft !== undefined &&
            ` · ${t('write.years', { n: wear.yearsLeft.toFixed(1) })}`}
        </li>
      )}
      {lease !== undefined && <li>{t('write.lease', { value: String(lease.safeValue) })}</li>}
      {interlocks.map(({ condition, message }) => (
        <li key={condition}>{message ?? t('write.when', { condition })}</li>
      ))}
    </ul>
  );
}

interface NewValueProps {
  readonly rules: WritablePointJson;
  readonly text: Signal<string>;
  readonly type: string;
  readonly isText: boolean;
}

function NewValue({ rules: { states, unit = '', step }, text, type, isText }: NewValueProps) {
  if (states === undefined && !isText && type !== 'bool') {
    return <NumberBox name={`${t('write.new')} ${unit}`.trim()} text={text} step={step ?? 1} />;
  }
  if (states === undefined) {
    const left = isText ? bytesLeft(type, text.value) : undefined;
    return (
      <TextField
        name={[t('write.new'), unit, left !== undefined && t('write.left', { n: left })]
          .filter(Boolean)
          .join(' ')}
        value={text}
        mode={isText ? 'text' : 'decimal'}
      />
    );
  }
  return (
    <label>
      {t('write.new')}
      <select
        value={text.value}
        onChange={({ currentTarget: { value } }) => {
          text.value = value;
        }}
      >
        <option value="" />
        {Object.entries(states).map(([number, name]) => (
          <option key={number} value={number}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

interface NumberBoxProps {
  readonly name: string;
  readonly text: Signal<string>;
  readonly step: number;
}

/** A number with a button and a key for one step up and one down. */
function NumberBox({ name, text, step }: NumberBoxProps) {
  const move = (by: 1 | -1): void => {
    const next = (numberOf(text.peek().replace(',', '.')) ?? 0) + by * step;
    // A step of 0.1 must not become 0.30000000000000004.
    text.value = String(Number(next.toPrecision(12)));
  };
  return (
    <div class="number-box">
      <label>
        {name}
        <input
          inputMode="decimal"
          autocomplete="off"
          value={text.value}
          onInput={({ currentTarget }) => {
            text.value = currentTarget.value;
          }}
          onKeyDown={(event) => {
            const by = event.key === 'ArrowUp' ? 1 : event.key === 'ArrowDown' ? -1 : undefined;
            if (by === undefined) return;
            event.preventDefault();
            move(by);
          }}
        />
      </label>
      <button type="button" aria-label={t('write.less', { step })} onClick={() => move(-1)}>
        −
      </button>
      <button type="button" aria-label={t('write.more', { step })} onClick={() => move(1)}>
        +
      </button>
    </div>
  );
}

interface TextFieldProps {
  readonly name: string;
  readonly value: Signal<string>;
  readonly mode?: 'text' | 'decimal';
}

function TextField({ name, value, mode = 'text' }: TextFieldProps) {
  return (
    <label>
      {name}
      <input
        inputMode={mode}
        autocomplete="off"
        maxLength={500}
        value={value.value}
        onInput={({ currentTarget }) => {
          value.value = currentTarget.value;
        }}
      />
    </label>
  );
}

interface ResultProps {
  readonly result: WriteResultJson | string;
  readonly view: PointView;
}

/** Sent, acknowledged, read back: each with its tick, and what happened in words. */
function Result({ result, view }: ResultProps) {
  if (typeof result === 'string') {
    return (
      <p role="status" class="trouble">
        {result}
      </p>
    );
  }
  const { readBack } = ticksOf(result);
  const shown = result.readback ?? result.value;
  return (
    <div role="status" class="write-result" data-outcome={result.outcome}>
      <Ticks result={result} />
      <p>
        {result.message}
        {readBack && shown !== undefined && ` ${valueText(view.point, { value: shown })}`}
      </p>
    </div>
  );
}

/** How far a write came. */
export function Ticks({ result }: { readonly result: WriteResultJson }) {
  const { sent, acknowledged, readBack } = ticksOf(result);
  return (
    <ol class="ticks">
      <Tick done={sent} name={t('write.sent')} />
      <Tick done={acknowledged} name={t('write.acknowledged')} />
      <Tick done={readBack} name={t('write.readBack')} />
    </ol>
  );
}

function Tick({ done, name }: { readonly done: boolean; readonly name: string }) {
  return (
    <li class={done ? 'is-done' : ''}>
      <span aria-hidden="true">{done ? '✓' : '–'}</span> {name}
      <span class="unseen">{t(done ? 'write.yes' : 'write.no')}</span>
    </li>
  );
}
