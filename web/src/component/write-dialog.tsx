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
import { t } from '../text/language.ts';
import { valueText } from '../text/value.ts';
import { Dialog } from './dialog.tsx';
import { Value } from './value.tsx';

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
  const problem = problemOf(view, rules, text.value);
  const asksAgain = rules.confirm === 'retype';
  const isReady =
    text.value !== '' &&
    problem === undefined &&
    (!asksAgain || again.value.trim() === text.value.trim());
  const send = async (): Promise<void> => {
    isBusy.value = true;
    result.value = await write(point, text.peek().trim().replace(',', '.'), reason.peek().trim());
    isBusy.value = false;
  };
  return (
    <Dialog title={t('write.title', { point: point.label ?? view.id })} onClose={onClose}>
      <form
        class="field"
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <p>
          {t('write.present')} <Value view={view} />
        </p>
        <Rules rules={rules} />
        <NewValue rules={rules} text={text} isText={point.kind === 'text'} />
        {asksAgain && <TextField name={t('write.again')} value={again} />}
        <TextField name={t('write.reason')} value={reason} />
        {problem !== undefined && text.value !== '' && <p class="trouble">{problem}</p>}
        <button type="submit" disabled={isBusy.value || !isReady}>
          {t('write.go', { value: `${shownValue(rules, text.value)} ${point.unit ?? ''}`.trim() })}
        </button>
        {result.value !== undefined && <Result result={result.value} view={view} />}
      </form>
    </Dialog>
  );
}

/** A state is sent by its number, and shown by its name. */
function shownValue({ states }: WritablePointJson, text: string): string {
  return states?.[text] ?? text;
}

function problemOf(view: PointView, rules: WritablePointJson, text: string): string | undefined {
  const sample = view.sample.value;
  const hindrance = hindranceOf(
    writes.value?.state,
    rules,
    sample,
    gatewayNow.value - view.freshAt,
  );
  if (hindrance !== undefined) return hindranceWords(hindrance);
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
  readonly isText: boolean;
}

function NewValue({ rules: { states, unit = '' }, text, isText }: NewValueProps) {
  if (states === undefined) {
    return (
      <TextField
        name={`${t('write.new')} ${unit}`.trim()}
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
