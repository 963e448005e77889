import { useSignal, type Signal } from '@preact/signals';
import {
  base,
  bench,
  choose,
  EVERY,
  everySeconds,
  isBits,
  isBusy,
  kind,
  order,
  read,
  TABLES,
  wish,
  type Wish,
} from '../../model/workbench/bench.ts';
import { isWide, KINDS, ORDERS } from '../../model/workbench/cells.ts';
import { addressText, BASES, readStart } from '../../model/workbench/notation.ts';
import { devices } from '../../model/site.ts';
import { isOld } from '../../model/link.ts';
import { t } from '../../text/language.ts';

/** Whom and what to ask. */
export function BenchTarget({ asked }: { readonly asked: Wish }) {
  const start = useSignal<string | undefined>(undefined);
  const said = useSignal('');
  const shown = start.value ?? addressText(asked.start, base.value, asked.table);
  const take = (): boolean => {
    const typed = readStart(shown, base.peek(), asked.table);
    said.value = 'problem' in typed ? typed.problem : typed.note;
    if ('problem' in typed) return false;
    start.value = undefined;
    // The count stays what it was, also where nobody has said it: it must not jump under a hand.
    choose({ table: typed.table, start: typed.start, count: asked.count });
    return true;
  };
  return (
    <form
      class="bench-target field"
      onSubmit={(event) => {
        event.preventDefault();
        if (take()) void read();
      }}
    >
      <Place asked={asked} />
      <Choice
        name={t('bench.table')}
        value={asked.table}
        options={TABLES.map((table) => [table, t(`bench.${table}`)])}
        onChange={(table) => elsewhere({ table })}
      />
      <Choice
        name={t('bench.base')}
        value={base.value}
        options={BASES.map((one) => [one, t(`bench.${one}`)])}
        onChange={(one) => {
          start.value = undefined;
          choose({ base: one });
        }}
      />
      <label class="bench-number">
        {t('bench.start')}
        <input
          autocomplete="off"
          spellcheck={false}
          value={shown}
          onInput={({ currentTarget: { value } }) => {
            start.value = value;
          }}
          onBlur={take}
        />
      </label>
      <WholeField
        name={t('bench.count')}
        value={asked.count}
        max={isBits(asked.table) ? 2000 : 125}
        onChange={(count) => choose({ count })}
      />
      <Choice
        name={t('bench.every')}
        value={String(everySeconds.value)}
        options={EVERY.map((one) => [
          String(one),
          one === 0 ? t('bench.once') : t('bench.seconds', { n: one }),
        ])}
        onChange={(every) => choose({ every: every === '0' ? undefined : every })}
      />
      <button type="submit" class="main-button" disabled={isBusy.value || isOld.value}>
        {t('bench.read')}
      </button>
      <Said text={said} />
    </form>
  );
}

/** Addresses of one place mean nothing in another: there it begins with what is known. */
function elsewhere(place: Readonly<Record<string, string | number>>): void {
  choose({ ...place, start: undefined, count: undefined });
}

function Said({ text }: { readonly text: Signal<string> }) {
  if (text.value === '') return null;
  return (
    <p role="status" class="bench-note">
      {text}
    </p>
  );
}

const OTHER = '*';

/** A device, or any unit of a line. */
function Place({ asked: { line, unit, device } }: { readonly asked: Wish }) {
  const lines = bench.value?.lines ?? [];
  const labels = new Map(devices.value.map(({ name, status }) => [name, status.value.label]));
  const options = lines.flatMap((one) => [
    ...one.devices.map(({ name, unit: own }): [string, string] => [
      JSON.stringify([one.name, own]),
      labels.get(name) ?? name,
    ]),
    [JSON.stringify([one.name, OTHER]), t('bench.other', { line: one.name })] as [string, string],
  ]);
  return (
    <>
      <Choice
        name={t('bench.device')}
        value={JSON.stringify([line, device === undefined ? OTHER : unit])}
        options={options}
        onChange={(value) => {
          const [name, own] = JSON.parse(value) as [string, number | string];
          elsewhere({ line: name, unit: own === OTHER ? freeUnit(name, unit) : own });
        }}
      />
      <WholeField
        name={t('bench.unit')}
        value={unit}
        min={0}
        max={255}
        onChange={(next) => elsewhere({ line, unit: next })}
      />
    </>
  );
}

/** A unit that no device has, from the one at hand on. */
function freeUnit(line: string, from: number): number {
  const taken = new Set(
    bench
      .peek()
      ?.lines.find(({ name }) => name === line)
      ?.devices.map(({ unit }) => unit),
  );
  for (let unit = from; unit <= 247; unit += 1) if (!taken.has(unit)) return unit;
  return from;
}

interface NumberProps {
  readonly name: string;
  readonly value: number;
  readonly min?: number;
  readonly max: number;
  readonly onChange: (value: number) => void;
}

function WholeField({ name, value, min = 1, max, onChange }: NumberProps) {
  return (
    <label class="bench-number">
      {name}
      <input
        type="number"
        inputMode="numeric"
        {...{ min, max, value }}
        onChange={({ currentTarget }) => {
          const next = Math.round(Number(currentTarget.value));
          onChange(Math.min(max, Math.max(min, Number.isFinite(next) ? next : min)));
        }}
      />
    </label>
  );
}

interface ChoiceProps {
  readonly name: string;
  readonly value: string;
  readonly options: readonly (readonly [value: string, text: string])[];
  readonly onChange: (value: string) => void;
}

export function Choice({ name, value, options, onChange }: ChoiceProps) {
  return (
    <label>
      {name}
      <select value={value} onChange={({ currentTarget }) => onChange(currentTarget.value)}>
        {options.map(([one, text]) => (
          <option key={one} value={one}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}

/** As what the registers are shown. */
export function KindChoice() {
  if (wish.value !== undefined && isBits(wish.value.table)) return null;
  return (
    <div class="bench-kinds">
      <div class="choice" role="group" aria-label={t('bench.as')}>
        {KINDS.map((one) => (
          <button
            key={one}
            type="button"
            aria-pressed={kind.value === one}
            onClick={() => choose({ as: one })}
          >
            {one === 'bits' || one === 'text' ? t(`bench.${one}`) : one}
          </button>
        ))}
      </div>
      {isWide(kind.value) && (
        <div class="choice" role="group" aria-label={t('bench.order')}>
          {ORDERS.map((one) => (
            <button
              key={one}
              type="button"
              aria-pressed={order.value === one}
              onClick={() => choose({ order: one })}
            >
              {one}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}
