import type { Logger, LogFields } from '../../src/base/log.ts';
import { ManualClock } from '../../src/base/manual-clock.ts';
import { DeliveryBoard, type SinkSetup } from '../../src/delivery/delivery-board.ts';
import { memorySinkFiles, type SinkFiles } from '../../src/delivery/sink-files.ts';
import type { SinkStatus } from '../../src/delivery/sink-status.ts';
import type { Journal } from '../../src/journal/journal.ts';
import { memoryJournal } from '../../src/journal/memory-journal.ts';
import type { Sample } from '../../src/telemetry/sample.ts';
import {
  ALL_DELIVERED,
  type Delivery,
  type DeliveryMode,
  type Sink,
} from '../../src/telemetry/sink.ts';
import { FakeSite, sitePoint } from './fake-site.ts';

export const POINT_A = sitePoint('d.a');
export const POINT_B = sitePoint('d.b');

/** A sink whose receiver behaves as a test wants: `react` decides about each batch before it is taken. */
export class Receiver implements Sink {
  /** `name@value` of each sample it took charge of, in order. */
  readonly taken: string[] = [];
  readonly batches: { readonly mode: DeliveryMode; readonly names: string[] }[] = [];
  readonly calls: string[] = [];
  react: (batch: readonly Sample[], signal: AbortSignal) => Promise<Delivery> | Delivery = () =>
    ALL_DELIVERED;
  openFails: Error | undefined;
  #isBusy = false;

  async open(): Promise<void> {
    this.calls.push('open');
    if (this.openFails !== undefined) throw this.openFails;
  }

  async write(
    batch: readonly Sample[],
    signal: AbortSignal,
    mode: DeliveryMode,
  ): Promise<Delivery> {
    if (this.#isBusy && !signal.aborted) this.calls.push('two writes at a time');
    this.#isBusy = true;
    try {
      this.batches.push({ mode, names: batch.map(nameOf) });
      const delivery = await this.react(batch, signal);
      this.take(batch, delivery);
      return delivery;
    } finally {
      this.#isBusy = false;
    }
  }

  /** Takes charge of a batch but for what the answer names. */
  take(batch: readonly Sample[], { rejected, deferred = [], rest = [] }: Delivery): void {
    const not = new Set([...[...rejected, ...deferred].map(({ sample }) => sample), ...rest]);
    for (const sample of batch) if (!not.has(sample)) this.taken.push(nameOf(sample));
  }

  async close(): Promise<void> {
    this.calls.push('close');
  }
}

export function nameOf({ point, value }: Sample): string {
  return `${point.name}@${String(value)}`;
}

/** A board with one sink, `main`, over a journal in memory, on a clock that stands still. */
export class DeliveryBench {
  readonly clock: ManualClock;
  readonly journal: Journal;
  readonly files: SinkFiles;
  readonly receiver: Receiver;
  readonly warnings: string[] = [];
  readonly board: DeliveryBoard;
  readonly logger: Logger;
  #next = 0;

  constructor(
    over: {
      readonly clock?: ManualClock;
      readonly journal?: Journal;
      readonly files?: SinkFiles;
      readonly receiver?: Receiver;
      readonly journalSamples?: number;
      readonly next?: number;
    } = {},
  ) {
    this.clock = over.clock ?? new ManualClock();
    const samples = over.journalSamples ?? 1_000_000;
    this.journal = over.journal ?? memoryJournal({ clock: this.clock, samples });
    this.files = over.files ?? memorySinkFiles();
    this.receiver = over.receiver ?? new Receiver();
    this.#next = over.next ?? 0;
    const hear = (message: string, _?: LogFields): void => void this.warnings.push(message);
    this.logger = { debug: () => undefined, info: () => undefined, warn: hear, error: hear };
    this.board = new DeliveryBoard({
      site: new FakeSite(this.clock),
      journal: this.journal,
      clock: this.clock,
      logger: this.logger,
      files: this.files,
      folder: 'sinks',
    });
  }

  /** The next run of the program: the same journal, files and receiver. */
  successor(files: SinkFiles = this.files): DeliveryBench {
    const { clock, journal, receiver } = this;
    return new DeliveryBench({ clock, journal, receiver, files, next: this.#next });
  }

  setup(over: Partial<SinkSetup> = {}): SinkSetup {
    return {
      ...{ name: 'main', type: 'test', wants: () => true },
      ...{ sink: this.receiver, fingerprint: '1' },
      ...over,
    };
  }

  async start(over: Partial<SinkSetup> = {}): Promise<void> {
    await this.pass(this.board.apply([this.setup(over)]));
    await this.run(0);
  }

  async stop(): Promise<void> {
    await this.pass(this.board.stop());
  }

  /** Appends records with the samples a@n and b@n; returns their names. */
  record(count = 1): string[] {
    const names: string[] = [];
    for (let done = 0; done < count; done += 1) {
      const n = this.#next;
      this.#next += 1;
      const at = this.clock.wallMicros() + n;
      const samples = [POINT_A, POINT_B].map((point): Sample => {
        return { point, value: n, quality: 'good', at, requestedAt: at, goodAt: at };
      });
      this.journal.append({ kind: 'samples', samples });
      names.push(...samples.map(nameOf));
    }
    return names;
  }

  /** Moves time forward until all that happens in it has happened. */
  async run(ms: number): Promise<void> {
    const end = this.clock.now() + ms;
    for (;;) {
      await this.settle();
      const next = this.clock.nextAlarm();
      if (next > end) break;
      await this.clock.run(Math.max(0, next - this.clock.now()));
    }
    await this.clock.run(end - this.clock.now());
    await this.settle();
  }

  /** Moves time forward until a promise is settled, a minute at most. */
  async pass(promise: Promise<void>): Promise<void> {
    const state = { isOver: false };
    const over = (): void => void (state.isOver = true);
    promise.then(over, over);
    for (let turn = 0; turn < 600; turn += 1) {
      await this.settle();
      if (state.isOver) break;
      await this.clock.run(Math.min(100, Math.max(0, this.clock.nextAlarm() - this.clock.now())));
    }
    await promise;
  }

  async settle(): Promise<void> {
    for (let turn = 0; turn < 12; turn += 1) await this.clock.run(0);
  }

  status(): SinkStatus {
    const [status] = this.board.status();
    if (status === undefined) throw new Error('the board has no sink');
    return status;
  }
}
