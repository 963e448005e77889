import type { Reading as PointReading } from '../engine/read-once.ts';
import { interpretations } from '../profile/interpretations.ts';
import type { ByteOrder } from '../profile/point.ts';
import { renderTable, type Column } from './table.ts';

const ORDERS: readonly (readonly [ByteOrder, title: string])[] = [
  ['ABCD', 'ABCD (big)'],
  ['CDAB', 'CDAB (word swap)'],
  ['BADC', 'BADC (byte swap)'],
  ['DCBA', 'DCBA (little)'],
];

const COLUMNS: readonly Column[] = [{ title: '' }, ...ORDERS.map(([, title]) => ({ title }))];

/**
 * Every interpretation of the registers that were read. Neighbours are taken together, since nobody
 * knows yet which of them belong to one value.
 */
export function renderInterpretations(readings: readonly PointReading[]): readonly string[] {
  const blocks = neighbours(readings);
  const lines = blocks.flatMap(({ first, words }) => [
    `  ${first}  ${words.map(hexWord).join(' ')}`,
    ...interpretationTable(words).map((line) => `  ${line}`),
  ]);
  const guessed = lines.some((line) => line.includes(LIKELY));
  return guessed ? [...lines, 'likely: of a plausible size (0.001 … 100000). Not proof.'] : lines;
}

const LIKELY = ' ◀ likely';

/** Every interpretation of neighbouring words. */
export function interpretationTable(words: readonly number[]): readonly string[] {
  const bytes = Uint8Array.from(words.flatMap((word) => [word >> 8, word & 0xff]));
  const all = interpretations(bytes);
  const likely = all.flatMap(({ readings }) => Object.values(readings)).filter((r) => r.isLikely);
  // A mark beside everything would point at nothing.
  const mark = likely.length <= 2;
  const cell = (reading: { text: string; isLikely: boolean } | undefined): string =>
    reading === undefined ? '' : reading.text + (mark && reading.isLikely ? LIKELY : '');
  const ordered = all.filter(({ readings }) => Object.keys(readings).length > 1);
  const plain = all.filter(({ readings }) => Object.keys(readings).length === 1);
  return [
    ...plain.map(({ name, readings }) => `${name.padEnd(6)}  ${cell(readings.ABCD)}`),
    ...(ordered.length === 0
      ? []
      : renderTable(
          COLUMNS,
          ordered.map(({ name, readings }) => [
            name.padEnd(6),
            ...ORDERS.map(([order]) => cell(readings[order])),
          ]),
        )),
  ];
}

interface Block {
  readonly first: string;
  readonly words: number[];
}

function neighbours(readings: readonly PointReading[]): readonly Block[] {
  const blocks: (Block & { table: string; next: number })[] = [];
  for (const { point, raw } of readings) {
    if (raw === undefined) continue;
    const last = blocks.at(-1);
    if (last?.table === point.table && last.next === point.address) {
      last.words.push(...raw);
      last.next += raw.length;
    } else {
      const next = point.address + raw.length;
      blocks.push({ first: point.name, words: [...raw], table: point.table, next });
    }
  }
  return blocks;
}

function hexWord(word: number): string {
  return word.toString(16).toUpperCase().padStart(4, '0');
}
