import { computed, signal } from '@preact/signals';
import type {
  BenchLineJson,
  BenchReadJson,
  BenchTable,
  UnlockJson,
  WorkbenchJson,
} from '../../../../src/api/contract.ts';
import { after, now } from '../../time.ts';
import { getJson, problemWords, sendJson, type Answer } from '../api.ts';
import { link } from '../link.ts';
import { refine, route } from '../route.ts';
import { devices } from '../site.ts';
import { KINDS, ORDERS, type ByteOrder, type Kind } from './cells.ts';
import { knownAt } from './known.ts';
import { BASES, type Base } from './notation.ts';

export const TABLES = ['holding', 'input', 'coil', 'discrete'] as const;

/** What the gateway lets be asked; undefined until it has said so. */
export const bench = signal<WorkbenchJson | undefined>(undefined);
/** Why it does not say so. */
export const refusal = signal('');

export async function askBench(): Promise<void> {
  const answer = await getJson<WorkbenchJson>('workbench');
  if (answer.ok) bench.value = answer.body;
  refusal.value = answer.ok ? '' : problemWords(answer.problem);
}

export function takeUnlocks(unlocks: readonly UnlockJson[]): void {
  const known = bench.peek();
  if (known !== undefined) bench.value = { ...known, unlocks };
}

/** What is asked, as the address of the page has it: so it can be kept and sent. */
export interface Wish {
  readonly line: string;
  readonly unit: number;
  /** The device of that unit, where there is one. */
  readonly device?: string;
  readonly table: BenchTable;
  readonly start: number;
  readonly count: number;
}

/** What is asked where nobody says how much, and nothing is known there. */
const DEFAULT_COUNT = 10;

export const wish = computed<Wish | undefined>(() => {
  const { query } = route.value;
  const lines = bench.value?.lines ?? [];
  const line = lines.find(({ name }) => name === query.get('line')) ?? firstLine(lines);
  if (line === undefined) return undefined;
  const place = placeOf(line, query);
  return { ...place, ...spanOf(place, query) };
});

function placeOf(
  { name, devices: all }: BenchLineJson,
  query: URLSearchParams,
): Pick<Wish, 'line' | 'unit' | 'device'> {
  const unit = wholeOf(query.get('unit'), 0, 255) ?? all[0]?.unit ?? 1;
  const device = all.find((one) => one.unit === unit)?.name;
  return { line: name, unit, ...(device !== undefined && { device }) };
}

function spanOf(
  { line, unit }: Pick<Wish, 'line' | 'unit'>,
  query: URLSearchParams,
): Pick<Wish, 'table' | 'start' | 'count'> {
  const table = oneOf(TABLES, query.get('table')) ?? 'holding';
  const there = knownAt(devices.value, line, unit, table);
  const start = wholeOf(query.get('start'), 0, 0xffff) ?? Math.min(...[...there.keys(), 0xffff]);
  const first = there.size === 0 && query.get('start') === null ? 0 : start;
  const most = Math.min(isBits(table) ? 2000 : 125, 0x1_0000 - first);
  const count = wholeOf(query.get('count'), 1, 2000) ?? runFrom(there, first);
  return { table, start: first, count: Math.min(count, most) };
}

/** So many addresses in a row are known: they are there for certain. */
function runFrom(there: ReadonlyMap<number, unknown>, start: number): number {
  let count = 0;
  while (there.has(start + count)) count += 1;
  return count === 0 ? DEFAULT_COUNT : count;
}

function firstLine(lines: readonly BenchLineJson[]): BenchLineJson | undefined {
  return lines.find((line) => line.devices.length > 0) ?? lines[0];
}

export const kind = computed<Kind>(() => oneOf(KINDS, route.value.query.get('as')) ?? 'u16');
export const order = computed<ByteOrder>(
  () => oneOf(ORDERS, route.value.query.get('order')) ?? 'ABCD',
);
export const base = computed<Base>(() => oneOf(BASES, route.value.query.get('base')) ?? 'pdu');

/** Seconds from one reading to the next; 0: once. */
export const EVERY = [0, 1, 2, 5] as const;
export const everySeconds = computed(() => wholeOf(route.value.query.get('every'), 1, 5) ?? 0);

export function isBits(table: BenchTable): boolean {
  return table === 'coil' || table === 'discrete';
}

/** Another question; what is undefined is what nobody says: the default. */
export function choose(query: Readonly<Record<string, string | number | undefined>>): void {
  const texts = Object.entries(query).map(([key, value]) => [key, value?.toString()]);
  refine(Object.fromEntries(texts) as Record<string, string | undefined>);
}

/** The newest answer, and why the newest question has none. */
export const answer = signal<BenchReadJson | undefined>(undefined);
export const problem = signal('');
export const isBusy = signal(false);
/** When cells became other than they were, by address; on the scale of the page's clock. */
export const changedAt = signal<ReadonlyMap<number, number>>(new Map());

/** A cell that changed stands out for so long. */
const CHANGE_MS = 3_000;

export const items = computed<readonly number[]>(() => {
  const { words, bits } = answer.value ?? {};
  return words ?? bits ?? [];
});

/** Points that are known at each address of what was read. */
export const known = computed(() => {
  const read = answer.value;
  if (read === undefined) return new Map<number, never>();
  return knownAt(devices.value, read.line, read.unit, read.table);
});

/** Reads what is wished now. One question at a time: a click while one is out does nothing. */
export async function read(): Promise<void> {
  const asked = wish.peek();
  if (asked === undefined || isBusy.peek()) return;
  isBusy.value = true;
  const { line, unit, table, start, count } = asked;
  const said = await sendJson<BenchReadJson>('POST', 'workbench/read', {
    ...{ line, unit, table, start, count },
  });
  isBusy.value = false;
  if (said.ok) take(said.body);
  problem.value = said.ok ? '' : problemWords(said.problem);
}

/** Registers of another question have not changed: they are others. */
function take(next: BenchReadJson): void {
  const before = answer.peek();
  const at = now();
  const isSame =
    before?.line === next.line && before.unit === next.unit && before.table === next.table;
  const changed = new Map(
    isSame ? [...changedAt.peek()].filter(([, when]) => at - when < CHANGE_MS) : [],
  );
  if (isSame) {
    const old = before.words ?? before.bits ?? [];
    (next.words ?? next.bits ?? []).forEach((value, index) => {
      const was = old[next.start + index - before.start];
      if (was !== undefined && was !== value) changed.set(next.start + index, at);
    });
  } else selection.value = undefined;
  answer.value = next;
  changedAt.value = changed;
  // Whoever reads once sees the end of it, too.
  if (changed.size > 0) after(CHANGE_MS, forgetChanges);
}

function forgetChanges(): void {
  const left = [...changedAt.peek()].filter(([, when]) => now() - when < CHANGE_MS);
  changedAt.value = new Map(left);
}

/** Reads again and again while somebody wants it; returns how to stop. */
export function runReading(): () => void {
  let cancel = (): void => undefined;
  const wait = (): void => {
    cancel = after((everySeconds.peek() || 1) * 1_000, () => {
      const isWanted = everySeconds.peek() > 0 && link.peek() === 'live' && !document.hidden;
      if (isWanted) void read().then(wait);
      else wait();
    });
  };
  wait();
  return () => {
    cancel();
  };
}

/** Addresses from the first to the last that is chosen; `from` is where choosing began. */
export interface Selection {
  readonly from: number;
  readonly to: number;
}

export const selection = signal<Selection | undefined>(undefined);

/** In their order, and only what was read. */
export const chosen = computed(() => {
  const { value } = selection;
  const read = answer.value;
  if (value === undefined || read === undefined) return undefined;
  const first = Math.max(Math.min(value.from, value.to), read.start);
  const last = Math.min(Math.max(value.from, value.to), read.start + read.count - 1);
  return first > last ? undefined : { first, last };
});

/** What was read of the chosen addresses. */
export const chosenItems = computed<readonly number[]>(() => {
  const span = chosen.value;
  const start = answer.value?.start ?? 0;
  return span === undefined ? [] : items.value.slice(span.first - start, span.last + 1 - start);
});

export async function unlock(reason: string): Promise<Answer<readonly UnlockJson[]>> {
  const said = await sendJson<readonly UnlockJson[]>('POST', 'workbench/unlock', { reason });
  if (said.ok) takeUnlocks(said.body);
  return said;
}

export async function lock(): Promise<void> {
  const said = await sendJson<readonly UnlockJson[]>('DELETE', 'workbench/unlock');
  if (said.ok) takeUnlocks(said.body);
}

function wholeOf(text: string | null, min: number, max: number): number | undefined {
  const value = text === null || text === '' ? NaN : Number(text);
  return Number.isInteger(value) && value >= min && value <= max ? value : undefined;
}

function oneOf<T extends string>(all: readonly T[], text: string | null): T | undefined {
  return all.find((one) => one === text);
}
