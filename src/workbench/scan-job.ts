import { sleep, type Clock } from '../base/clock.ts';
import {
  ClosedError,
  ConnectError,
  ConnectionLostError,
  GatewayError,
  InvalidRequestError,
  ModbusExceptionError,
  NotSentError,
  OverloadError,
  describeError,
} from '../base/errors.ts';
import { isBitTable } from '../profile/format.ts';
import type { BenchAnswer, BenchLine, BenchQuestion } from './bench-line.ts';
import { BlockScan, MISSING, SILENT, THERE, cutBlocks, type Block } from './block-scan.ts';
import { itemsOf } from './items.ts';

/** Addresses that one scan may look at. */
export const MAX_SCAN = 10_000;

/** Questions of one scan; where most addresses are missing, each of them costs two. */
const MAX_QUESTIONS = 5_000;

/** First blocks; small enough that devices with small answers take them. */
const [REGISTERS_AT_ONCE, BITS_AT_ONCE] = [50, 400];

/** Rounds of looking whether anything changes, and the pause between them in milliseconds. */
const ROUNDS = 4;
const ROUND_PAUSE_MS = 1_000;

/** Blocks in a row without an answer after which nobody is taken to be there. */
const MAX_SILENT = 8;

/** Tries that did not reach the device before it is given up, and the pause between them. */
const MAX_TRIES = 10;
const TRY_PAUSE_MS = 1_000;

/** Exceptions by which a device says that a block is not wholly there: address, value, failure. */
const LACKING: ReadonlySet<number> = new Set([2, 3, 4]);
const ILLEGAL_FUNCTION = 1;

/** `finding`: which addresses there are. `watching`: which of them change. */
export type ScanState = 'finding' | 'watching' | 'done' | 'stopped' | 'failed';

export interface ScanChange {
  readonly address: number;
  /** What it was first, and what it is now. */
  readonly first: number;
  readonly last: number;
}

export interface ScanStatus extends BenchQuestion {
  readonly id: string;
  readonly line: string;
  readonly state: ScanState;
  /** Why it ended before its end. */
  readonly problem?: string;
  readonly questions: number;
  /** Addresses of which it is known whether they exist. */
  readonly judged: number;
  /** Rounds of watching that are over, of so many. */
  readonly round: number;
  readonly rounds: number;
  readonly found: readonly Block[];
  readonly missing: number;
  /** Addresses that brought no answer at all. */
  readonly silent: number;
  readonly changes: readonly ScanChange[];
}

/** One scan: which registers of a range there are, and which of them change. */
export class ScanJob {
  readonly question: BenchQuestion;
  readonly #id: string;
  readonly #name: string;
  readonly #line: BenchLine;
  readonly #clock: Clock;
  readonly #blocks: BlockScan;
  readonly #ending = new AbortController();
  readonly #first = new Map<number, number>();
  readonly #changes = new Map<number, ScanChange>();
  #state: ScanState = 'finding';
  #problem: string | undefined;
  #questions = 0;
  #round = 0;

  constructor(id: string, name: string, line: BenchLine, question: BenchQuestion, clock: Clock) {
    this.question = question;
    this.#id = id;
    this.#name = name;
    this.#line = line;
    this.#clock = clock;
    this.#blocks = new BlockScan(question, this.#size);
  }

  get isRunning(): boolean {
    return this.#state === 'finding' || this.#state === 'watching';
  }

  /** Never rejects for what a device or a line does. */
  async run(): Promise<void> {
    try {
      await this.#find();
      this.#state = 'watching';
      await this.#watch();
      this.#state = 'done';
    } catch (error) {
      if (this.#ending.signal.aborted) return;
      if (!(error instanceof GatewayError)) throw error;
      this.#state = 'failed';
      this.#problem = describeError(error);
    }
  }

  stop(): void {
    if (!this.isRunning) return;
    this.#state = 'stopped';
    this.#ending.abort(new ClosedError('the scan was stopped'));
  }

  status(): ScanStatus {
    const countOf = (state: number): number =>
      this.#blocks.blocks(state).reduce((sum, { count }) => sum + count, 0);
    return {
      ...{ id: this.#id, line: this.#name, ...this.question, state: this.#state },
      ...(this.#problem !== undefined && { problem: this.#problem }),
      ...{ questions: this.#questions, judged: this.#blocks.judged },
      ...{ round: this.#round, rounds: ROUNDS, found: this.#blocks.blocks(THERE) },
      ...{ missing: countOf(MISSING), silent: countOf(SILENT) },
      changes: [...this.#changes.values()].sort((a, b) => a.address - b.address),
    };
  }

  get #size(): number {
    return isBitTable(this.question.table) ? BITS_AT_ONCE : REGISTERS_AT_ONCE;
  }

  async #find(): Promise<void> {
    let silent = 0;
    for (let block = this.#blocks.next(); block !== undefined; block = this.#blocks.next()) {
      const answer = await this.#ask(block);
      silent = answer === 'silent' ? silent + 1 : 0;
      if (silent >= MAX_SILENT) {
        throw new NotSentError(`unit ${this.question.unit} does not answer`);
      }
      if (typeof answer === 'string') {
        this.#blocks.lacks(answer === 'silent');
        continue;
      }
      this.#blocks.found();
      this.#compare(block, answer);
    }
  }

  async #watch(): Promise<void> {
    const blocks = cutBlocks(this.#blocks.blocks(THERE), this.#size);
    while (this.#round < ROUNDS && blocks.length > 0) {
      await sleep(this.#clock, ROUND_PAUSE_MS, this.#ending.signal);
      for (const block of blocks) {
        const answer = await this.#ask(block);
        if (typeof answer === 'object') this.#compare(block, answer);
      }
      this.#round += 1;
    }
  }

  #compare({ start, count }: Block, { data }: BenchAnswer): void {
    itemsOf(this.question.table, count, data).forEach((last, index) => {
      const address = start + index;
      const first = this.#first.get(address);
      if (first === undefined) this.#first.set(address, last);
      else if (first !== last || this.#changes.has(address)) {
        this.#changes.set(address, { address, first, last });
      }
    });
  }

  /** Asks until the device was reached, and gives its answer, or what it lacks. Rejects when there is no point. */
  async #ask(block: Block): Promise<BenchAnswer | 'lacks' | 'silent'> {
    const { signal } = this.#ending;
    if (this.#questions >= MAX_QUESTIONS) {
      throw new NotSentError(
        `stopped at address ${block.start} after ${MAX_QUESTIONS} requests; go on from there`,
      );
    }
    this.#questions += 1;
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.#line.read({ ...this.question, ...block }, signal);
      } catch (error) {
        const meaning = meaningOf(error);
        if (meaning === 'lacks' || meaning === 'silent') return meaning;
        if (meaning === 'final' || tries >= MAX_TRIES) throw error;
        await sleep(this.#clock, TRY_PAUSE_MS, signal);
      }
    }
  }
}

/** What a failed question says: of the block, of the unit, of the line for now, or of everything. */
function meaningOf(error: unknown): 'lacks' | 'silent' | 'later' | 'final' {
  if (error instanceof ModbusExceptionError) {
    if (error.exception === ILLEGAL_FUNCTION) return 'final';
    return LACKING.has(error.exception) ? 'lacks' : 'silent';
  }
  if (
    error instanceof OverloadError ||
    error instanceof NotSentError ||
    error instanceof ConnectError ||
    error instanceof ConnectionLostError
  ) {
    return 'later';
  }
  const isFinal =
    !(error instanceof GatewayError) ||
    error instanceof ClosedError ||
    error instanceof InvalidRequestError;
  return isFinal ? 'final' : 'silent';
}
