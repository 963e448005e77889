import { InvalidRequestError } from '../base/errors.ts';
import type { AddressRange } from '../codec/pdu/address-range.ts';
import { indexOfRange, joinRanges } from './range-list.ts';

/** One of the four tables of the Modbus data model, V1.1b3, section 4.3. */
export type TableName = 'coil' | 'discrete' | 'input' | 'holding';

export interface TableSpec {
  /** The addresses that exist. Ranges that touch are one: a request may span them. */
  readonly extents: readonly AddressRange[];
  /** What clients may write; `true` is everything. Default: nothing. */
  readonly writable?: boolean | readonly AddressRange[];
}

/** Consecutive addresses and their content as it goes on the wire. */
export interface Extent extends AddressRange {
  readonly bytes: Buffer;
  /** Exception code by which each address answers reads, 0 for its value; made when first needed. */
  exceptions?: Uint8Array;
  /** How many of `exceptions` are not 0. */
  excepted: number;
}

/**
 * What both kinds of table share: which addresses exist, which of them clients may write, and which
 * answer an exception for now. Every address is checked here, once; what follows trusts it.
 */
export abstract class WireTable {
  readonly name: TableName;
  readonly extents: readonly Extent[];
  /** Most tables have one extent, which need not be searched for. */
  readonly #only: Extent | undefined;
  readonly #writable: readonly AddressRange[];

  constructor(name: TableName, spec: TableSpec | undefined, sizeOf: (count: number) => number) {
    this.name = name;
    this.extents = joinRanges(spec?.extents ?? []).map((range) => ({
      ...range,
      bytes: Buffer.alloc(sizeOf(range.count)),
      excepted: 0,
    }));
    this.#only = this.extents.length === 1 ? this.extents[0] : undefined;
    const writable = spec?.writable ?? false;
    if (typeof writable === 'boolean') this.#writable = writable ? this.extents : [];
    else this.#writable = joinRanges(writable);
  }

  /** The extent in which the whole range lies, or undefined. */
  find(start: number, count: number): Extent | undefined {
    const only = this.#only;
    if (only !== undefined) {
      const isInside = start >= only.start && start + count <= only.start + only.count;
      return isInside ? only : undefined;
    }
    return this.extents[indexOfRange(this.extents, start, count)];
  }

  /** May a client write all of it? */
  isWritable(start: number, count: number): boolean {
    return (
      this.find(start, count) !== undefined && indexOfRange(this.#writable, start, count) !== -1
    );
  }

  /**
   * Lets reads that touch the range answer this exception instead, 0x0B for a device that is silent,
   * until it is set to 0. Writes go on: whether they may is for the hook before a write to say.
   */
  setException(start: number, count: number, exception: number): void {
    const extent = this.extentOf(start, count);
    if (exception === 0 && extent.excepted === 0) return;
    const exceptions = (extent.exceptions ??= new Uint8Array(extent.count));
    const first = start - extent.start;
    for (let index = first; index < first + count; index += 1) {
      const before = exceptions[index] === 0 ? 0 : 1;
      extent.excepted += (exception === 0 ? 0 : 1) - before;
      exceptions[index] = exception;
    }
  }

  /** The exception that a read of the range answers, or 0. */
  exceptionIn(extent: Extent, start: number, count: number): number {
    if (extent.excepted === 0 || extent.exceptions === undefined) return 0;
    const first = start - extent.start;
    for (let index = first; index < first + count; index += 1) {
      const exception = extent.exceptions[index] ?? 0;
      if (exception !== 0) return exception;
    }
    return 0;
  }

  /** Like `find`, for callers of our own: throws InvalidRequestError for what does not exist. */
  protected extentOf(start: number, count: number): Extent {
    const extent = this.find(start, count);
    if (extent === undefined) {
      throw new InvalidRequestError(`${this.name} table has no ${count} from ${start}`);
    }
    return extent;
  }
}
