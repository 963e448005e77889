import type { Clock } from '../base/clock.ts';
import { EXCEPTION } from '../codec/pdu/exception.ts';
import type {
  PendingRead,
  PendingWrite,
  Refusal,
  UnitTables,
  WriteVerdict,
} from '../server/unit-tables.ts';
import type { Sample } from '../telemetry/sample.ts';
import type { Refreshed } from '../telemetry/site.ts';
import type { AccessList, Verdict } from './access-list.ts';
import { overlaps, type MapRange } from './map-entry.ts';
import { GatedEntries, type Wish } from './gated-entries.ts';
import { StatusRegisters } from './status-registers.ts';
import { policyOf, UnitImage } from './unit-image.ts';
import { gatedEntries, writtenRange, type UnitSpec } from './unit-spec.ts';
import { WrittenBlock, type BlockUpdate } from './written-block.ts';

/** What a unit tells: each in the moment it happens, before the client has its answer. */
export interface UnitEvents {
  /** One write of a client to a block is one update. */
  onBlock?(update: BlockUpdate): void;
  /** Values of a block that were not written for too long, in one call. */
  onSilent?(block: string, samples: readonly Sample[]): void;
  /** A read that was answered with values. */
  onServed?(read: PendingRead): void;
  /**
   * A client that may write wants values of devices to be others. Exception code that refuses it, or
   * undefined when all of them are; the client waits. Without this hook every such write is refused.
   */
  onWishes?(wished: Wished): Promise<number | undefined>;
  /** A request by somebody who may not. */
  onDenied?(denied: Denied): void;
  /** A request that was answered with an exception for another reason than who asked. */
  onRefused?(refusal: Refusal): void;
}

export interface Wished {
  readonly wishes: readonly Wish[];
  /** The name of the rule that lets the client write. */
  readonly client: string;
  readonly request: PendingWrite;
}

export interface Denied {
  /** The rule's name, or `unlisted`. */
  readonly client: string;
  readonly access: 'read' | 'write';
  readonly exception: number;
  readonly request: PendingRead | PendingWrite;
}

/** What all units of a concentrator share. */
export interface UnitParts {
  readonly access: AccessList;
  readonly clock: Clock;
  readonly events: UnitEvents;
  readonly newest: (id: string) => Sample | undefined;
}

/** Mask Write Register. V1.1b3, section 6.16. */
const MASK_WRITE = 22;

function refusalOf({ exception }: Verdict): number | undefined {
  return exception === 0 ? undefined : exception;
}

/** One unit: its image, who may do what with it, and the blocks that clients write. */
export class ServedUnit {
  readonly #image: UnitImage;
  readonly #blocks: readonly WrittenBlock[];
  readonly #writtenIds: ReadonlySet<string>;
  readonly #gated: GatedEntries;
  /** The newest of the site, by id. */
  readonly #newest: (id: string) => Sample | undefined;
  readonly #status: StatusRegisters;
  readonly #access: AccessList;
  readonly #events: UnitEvents;
  /** The write that is being applied: granted, and told when all of it is there. */
  #granted: PendingWrite | undefined;
  /** Was the request that is being refused denied by the access list? */
  #isDenied = false;

  constructor(spec: UnitSpec, { access, clock, events, newest }: UnitParts) {
    this.#access = access;
    this.#events = events;
    this.#newest = newest;
    this.#gated = new GatedEntries(gatedEntries(spec));
    this.#image = new UnitImage(spec, {
      beforeRead: (read) => refusalOf(this.#judge('read', read)),
      onRead: (read) => this.#events.onServed?.(read),
      beforeWrite: (write): WriteVerdict | Promise<WriteVerdict> => this.#judgeWrite(write),
      onWrite: (table, start, count) => {
        this.#applyWrite();
        this.#restore({ table, start, count });
      },
      onRefused: (refusal) => {
        // Whoever may not has been told of already.
        if (!this.#isDenied) this.#events.onRefused?.(refusal);
        this.#isDenied = false;
      },
    });
    this.#status = new StatusRegisters(this.tables, spec.status ?? [], clock);
    const zeros = spec.compat === 'zeros';
    this.#blocks = (spec.written ?? []).flatMap((block) => {
      const range = writtenRange(block);
      if (range === undefined) return [];
      const onSilent = (samples: readonly Sample[]): void => {
        this.#status.apply(samples);
        this.#events.onSilent?.(block.name, samples);
      };
      const policy = policyOf(block.whenStale, zeros);
      const options = { tables: this.tables, range, policy, zeros, clock, onSilent };
      return [new WrittenBlock(block, options)];
    });
    this.#writtenIds = new Set(
      (spec.written ?? []).flatMap(({ entries }) => entries.map(({ id }) => id)),
    );
    for (const { samples } of this.#blocks) this.#status.apply(samples);
  }

  get tables(): UnitTables {
    return this.#image.tables;
  }

  /** Values that did not fit into their registers so far. */
  get unfit(): number {
    return this.#image.unfit;
  }

  /** What an answer did. Values that clients write are not taken from here: the image has them. */
  apply(changed: readonly Sample[], refreshed?: Refreshed): void {
    this.#image.apply(changed);
    this.#status.apply(changed.filter(({ point }) => !this.#writtenIds.has(point.id)));
    for (const { device, id } of refreshed?.points ?? []) {
      if (!this.#writtenIds.has(id)) this.#status.confirm(device, refreshed?.at ?? 0);
    }
  }

  /** The newest samples of what clients write. */
  writtenSamples(): readonly Sample[] {
    return this.#blocks.flatMap(({ samples }) => samples);
  }

  close(): void {
    this.#status.close();
    for (const block of this.#blocks) block.close();
  }

  #judge(access: 'read' | 'write', request: PendingRead | PendingWrite): Verdict {
    const verdict = this.#access.judge(access, request);
    const { exception, client } = verdict;
    if (exception === 0) return verdict;
    this.#isDenied = true;
    this.#events.onDenied?.({ client, access, exception, request });
    return verdict;
  }

  #judgeWrite(write: PendingWrite): WriteVerdict | Promise<WriteVerdict> {
    const verdict = this.#judge('write', write);
    if (verdict.exception !== 0) return verdict.exception;
    const blocks = this.#blocksOf(write);
    if (blocks.length === 0) return this.#wish(write, verdict.client);
    for (const block of blocks) {
      const exception = block.verdict(write);
      if (exception !== undefined) return exception;
    }
    this.#granted = write;
    return undefined;
  }

  #wish(request: PendingWrite, client: string): WriteVerdict | Promise<WriteVerdict> {
    const wishes = this.#gated.wishes(request);
    if (typeof wishes === 'number') return wishes;
    if (wishes.length === 0) return EXCEPTION.illegalDataAddress;
    // A mask changes what is there, and nobody knows what that is.
    const isKnown = wishes.every(({ id }) => this.#newest(id)?.quality === 'good');
    if (request.functionCode === MASK_WRITE && !isKnown) return EXCEPTION.gatewayTargetFailed;
    return this.#events.onWishes?.({ wishes, client, request }) ?? EXCEPTION.illegalFunction;
  }

  /** What a device was made to be stands in the image as the device has it. */
  #restore(range: MapRange): void {
    const samples = this.#gated.touched(range).map(({ id }) => this.#newest(id));
    this.#image.apply(samples.filter((sample) => sample !== undefined));
  }

  #applyWrite(): void {
    const write = this.#granted;
    this.#granted = undefined;
    if (write === undefined) return;
    for (const block of this.#blocksOf(write)) {
      const update = block.accept(write);
      this.#status.apply(update.touched);
      this.#events.onBlock?.(update);
    }
  }

  #blocksOf(write: PendingWrite): readonly WrittenBlock[] {
    return this.#blocks.filter(({ range }) => overlaps(range, write));
  }
}
