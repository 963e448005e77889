import type { Clock } from '../base/clock.ts';
import { EXCEPTION } from '../codec/pdu/exception.ts';
import type { PendingRead, PendingWrite, Refusal, UnitTables } from '../server/unit-tables.ts';
import type { Sample } from '../telemetry/sample.ts';
import type { Refreshed } from '../telemetry/site.ts';
import type { AccessList } from './access-list.ts';
import { overlaps } from './map-entry.ts';
import { StatusRegisters } from './status-registers.ts';
import { policyOf, UnitImage } from './unit-image.ts';
import { writtenRange, type UnitSpec } from './unit-spec.ts';
import { WrittenBlock, type BlockUpdate } from './written-block.ts';

/** What a unit tells: each in the moment it happens, before the client has its answer. */
export interface UnitEvents {
  /** One write of a client to a block is one update. */
  onBlock?(update: BlockUpdate): void;
  /** Values of a block that were not written for too long, in one call. */
  onSilent?(block: string, samples: readonly Sample[]): void;
  /** A read that was answered with values. */
  onServed?(read: PendingRead): void;
  /** A request by somebody who may not. */
  onDenied?(denied: Denied): void;
  /** A request that was answered with an exception for another reason than who asked. */
  onRefused?(refusal: Refusal): void;
}

export interface Denied {
  /** The rule's name, or `unlisted`. */
  readonly client: string;
  readonly access: 'read' | 'write';
  readonly exception: number;
  readonly request: PendingRead | PendingWrite;
}

/** One unit: its image, who may do what with it, and the blocks that clients write. */
export class ServedUnit {
  readonly #image: UnitImage;
  readonly #blocks: readonly WrittenBlock[];
  readonly #writtenIds: ReadonlySet<string>;
  readonly #status: StatusRegisters;
  readonly #access: AccessList;
  readonly #events: UnitEvents;
  /** The write that is being applied: granted, and told when all of it is there. */
  #granted: PendingWrite | undefined;
  /** Was the request that is being refused denied by the access list? */
  #isDenied = false;

  constructor(spec: UnitSpec, access: AccessList, clock: Clock, events: UnitEvents) {
    this.#access = access;
    this.#events = events;
    this.#image = new UnitImage(spec, {
      beforeRead: (read) => this.#judge('read', read),
      onRead: (read) => this.#events.onServed?.(read),
      beforeWrite: (write) => this.#judgeWrite(write),
      onWrite: () => {
        this.#applyWrite();
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

  #judge(access: 'read' | 'write', request: PendingRead | PendingWrite): number | undefined {
    const { exception, client } = this.#access.judge(access, request);
    if (exception === 0) return undefined;
    this.#isDenied = true;
    this.#events.onDenied?.({ client, access, exception, request });
    return exception;
  }

  #judgeWrite(write: PendingWrite): number | undefined {
    const denied = this.#judge('write', write);
    if (denied !== undefined) return denied;
    const blocks = this.#blocksOf(write);
    if (blocks.length === 0) return EXCEPTION.illegalDataAddress;
    for (const block of blocks) {
      const exception = block.verdict(write);
      if (exception !== undefined) return exception;
    }
    this.#granted = write;
    return undefined;
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
