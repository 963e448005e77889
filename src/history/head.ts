import { packChunk, unpackChunk } from './chunk.ts';
import { Packer, Unpacker } from './packing.ts';
import { BLOCK, blockOf } from './rollup.ts';
import { emptyRun, mergeRuns, type Cell, type SampleRun } from './sample-run.ts';

/** An hour is flushed hundreds of times; so many pieces become one. */
const MAX_PARTS = 64;
const FIRST_BYTES = 64;

/** Samples of one point and hour that have no row of their own yet. */
export interface OpenBlock {
  /** Pieces one after the other: as many small arrays they would take more room than what is in them. */
  packed: Packer;
  parts: number;
  /** On the scale of Clock.now. */
  touchedAt: number;
  /** The oldest row of `recent` that has samples of it; Infinity: none has. */
  firstRow: number;
}

/** Samples of one point and hour that no row has. */
export interface Part {
  readonly head: Head;
  readonly block: number;
  readonly bytes: Uint8Array;
}

/** The newest of one point, in memory. */
export class Head {
  readonly point: string;
  /** Its id in the file; undefined until the file knows it. */
  series: number | undefined;
  /** The oldest block in the file. */
  oldest: number | undefined;
  readonly blocks = new Map<number, OpenBlock>();
  #tail = emptyRun();

  constructor(point: string, series?: number) {
    this.point = point;
    this.series = series;
  }

  add(at: number, cell: Cell): void {
    this.#tail.at.push(at);
    this.#tail.cells.push(cell);
  }

  /** Packs what came since the last time, by block. */
  pack(now: number): Part[] {
    if (this.#tail.at.length === 0) return [];
    const tail = mergeRuns([this.#tail]);
    this.#tail = emptyRun();
    const parts: Part[] = [];
    let start = 0;
    while (start < tail.at.length) {
      const block = blockOf(tail.at[start] ?? 0);
      let end = start + 1;
      while (end < tail.at.length && blockOf(tail.at[end] ?? 0) === block) end += 1;
      const run = { at: tail.at.slice(start, end), cells: tail.cells.slice(start, end) };
      const bytes = packChunk(run, block * BLOCK);
      this.addPart(block, bytes, now);
      parts.push({ head: this, block, bytes });
      start = end;
    }
    return parts;
  }

  addPart(block: number, bytes: Uint8Array, now: number): OpenBlock {
    let open = this.blocks.get(block);
    if (open === undefined) {
      open = { packed: new Packer(FIRST_BYTES), parts: 0, touchedAt: now, firstRow: Infinity };
      this.blocks.set(block, open);
    }
    open.packed.blob(bytes);
    open.parts += 1;
    open.touchedAt = now;
    if (open.parts > MAX_PARTS) {
      const whole = packChunk(mergeRuns(this.runs(block)), block * BLOCK);
      open.packed = new Packer(whole.length + FIRST_BYTES).blob(whole);
      open.parts = 1;
    }
    return open;
  }

  /** What is packed of a block, as runs in the order in which they came. */
  runs(block: number): SampleRun[] {
    return this.parts(block).map((part) => unpackChunk(part, block * BLOCK));
  }

  /** Valid until something is added. */
  parts(block: number): Uint8Array[] {
    const open = this.blocks.get(block);
    if (open === undefined) return [];
    const input = new Unpacker(open.packed.view());
    return Array.from({ length: open.parts }, () => input.blob());
  }
}
