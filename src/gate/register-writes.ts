import type { Clock } from '../base/clock.ts';
import { formatAddress, isBitTable } from '../profile/format.ts';
import { UNSCALED, type RegisterPoint } from '../profile/point.ts';
import { permission, type Admission } from './admission.ts';
import type { GateRecords } from './gate-records.ts';
import { registersId } from './registers-id.ts';
import type { GateSetup, GatedPoint } from './gate-setup.ts';
import {
  isRefusal,
  refusal,
  type Refusal,
  type Requester,
  type WriteRequest,
  type WriteResult,
} from './write-request.ts';

/** The wish to write registers, or one coil, that no point names. */
export interface RegisterWish {
  readonly device: string;
  readonly table: 'coil' | 'holding';
  /** Zero-based, as on the wire. */
  readonly start: number;
  /** Words of 0..65535, at most 123; of a coil one of 0 or 1. */
  readonly words: readonly number[];
  /** One register by function 6 (`auto`) or 16 (`multiple`). Several always by 16. */
  readonly function?: 'auto' | 'multiple';
  readonly who: Requester;
  readonly reason?: string;
}

/** Somebody may write registers that have no name, until then. */
export interface Unlock {
  readonly who: string;
  readonly from: string;
  readonly why: string;
  /** Microseconds since 1970. */
  readonly until: number;
}

/** How the workbench writes. */
export interface RegisterDoor {
  /** As `WriteGate.write`, for registers without a name. The value is their words in hexadecimal digits. */
  writeRegisters(wish: RegisterWish): Promise<WriteResult>;
  /** Lets this person write such registers for ten minutes; gives what went wrong. */
  unlockRegisters(who: Requester, why: string): Promise<Refusal | undefined>;
  lockRegisters(who: Requester): Promise<Refusal | undefined>;
  /** Those that hold now. */
  unlocks(): readonly Unlock[];
  /** Why this device cannot be written to by anybody; undefined: it can. */
  registersProblem(device: string): Refusal | undefined;
}

/** How long somebody who has unlocked may write, in milliseconds. */
export const UNLOCK_MS = 600_000;

const MAX_UNLOCKS = 20;
const MAX_REASON = 500;

/**
 * What has no name has no limits either. So registers of a point are never written here, only through
 * the point; the others only by an admin who has said why, and for ten minutes. Unlocking does not outlive
 * the program.
 */
export class RegisterWrites {
  readonly #clock: Clock;
  readonly #records: GateRecords;
  readonly #wishes = new WeakMap<WriteRequest, GatedPoint>();
  #unlocks: readonly Unlock[] = [];

  constructor(clock: Clock, records: GateRecords) {
    this.#clock = clock;
    this.#records = records;
  }

  /** The wish as a request of the gate. */
  request(wish: RegisterWish): WriteRequest {
    const { who, reason } = wish;
    const gated = registersOf(wish);
    const request = {
      ...{ point: gated.id, value: valueOf(wish), who },
      ...(reason !== undefined && { reason }),
    };
    this.#wishes.set(request, gated);
    return request;
  }

  /** As `permission`, of a request for registers or for a point. */
  permission(
    setup: GateSetup,
    allowsAddress: (address: string) => boolean,
    request: WriteRequest,
  ): Pick<Admission, 'gated' | 'rules'> | Refusal {
    const gated = this.#wishes.get(request);
    if (gated === undefined) return permission(setup, allowsAddress, request);
    const alone = { ...setup, points: new Map([[gated.id, gated]]) };
    const permitted = permission(alone, allowsAddress, request);
    if (isRefusal(permitted)) return permitted;
    return this.#lockedProblem(request.who) ?? namedProblem(setup, gated) ?? permitted;
  }

  list(): readonly Unlock[] {
    const now = this.#clock.wallMicros();
    return this.#unlocks.filter(({ until }) => until > now);
  }

  async unlock(who: Requester, why: string): Promise<Refusal | undefined> {
    if (who.role !== 'admin') {
      return refusal(
        'role',
        `registers without a name need the role admin, ${who.name} is ${who.role}`,
      );
    }
    const text = why.trim().slice(0, MAX_REASON);
    if (text === '') return refusal('invalid-request', 'say why; it stands in the audit');
    const others = this.list().filter((one) => !isOf(one, who));
    if (others.length >= MAX_UNLOCKS) {
      return refusal('queue-full', `${MAX_UNLOCKS} others have unlocked already`);
    }
    const noted = await this.#note('unlock-registers', text, who);
    if (noted !== undefined) return noted;
    const until = this.#clock.wallMicros() + UNLOCK_MS * 1000;
    this.#unlocks = [...others, { who: who.name, from: who.from, why: text, until }];
    return undefined;
  }

  async lock(who: Requester): Promise<Refusal | undefined> {
    const held = this.list();
    const left = held.filter((one) => !isOf(one, who));
    if (left.length === held.length) return undefined;
    // It holds even when the disk does not take it.
    this.#unlocks = left;
    return this.#note('lock-registers', 'locked again', who);
  }

  async #note(topic: string, message: string, who: Requester): Promise<Refusal | undefined> {
    return this.#records.append({ kind: 'note', topic, message, who });
  }

  #lockedProblem(who: Requester): Refusal | undefined {
    if (this.list().some((one) => isOf(one, who))) return undefined;
    return refusal('locked', `writing registers without a name is locked for ${who.name}`);
  }
}

function isOf({ who: name, from }: Unlock, who: Requester): boolean {
  return name === who.name && from === who.from;
}

/** Do these registers belong to a point? Then its limits hold, and its door is the way. */
function namedProblem({ points, places }: GateSetup, wish: GatedPoint): Refusal | undefined {
  const placeOf = (device: string): string => places?.get(device) ?? device;
  const place = placeOf(wish.device);
  const { table, address, count } = wish.point;
  for (const { id, device, point, rules } of points.values()) {
    if (placeOf(device) !== place || point.table !== table) continue;
    if (point.address >= address + count || address >= point.address + point.count) continue;
    const where = formatAddress({ table, address: Math.max(address, point.address) });
    const how =
      rules === undefined
        ? `its device does not let it be written; list it under writes of ${device}`
        : 'write that point, within its limits';
    return refusal('named', `${where} belongs to ${id}: ${how}`);
  }
  return undefined;
}

/** Registers without a name as a point that holds their bytes as they are. */
function registersOf(wish: RegisterWish): GatedPoint {
  const { device, table, start: address, words } = wish;
  const id = registersId(wish);
  const count = words.length;
  const point: RegisterPoint = {
    ...{ name: id.slice(device.length + 1), table, address, count },
    ...{ order: 'ABCD', scale: UNSCALED, access: 'rw' },
    ...(isBitTable(table)
      ? { type: 'bool', kind: 'state' }
      : { type: 'bytes', size: count * 2, kind: 'text' }),
  };
  return { id, device, point, rules: { role: 'admin', function: wish.function ?? 'auto' } };
}

function valueOf({ table, words }: RegisterWish): string | boolean {
  if (isBitTable(table)) return words[0] === 1;
  return words.map((word) => word.toString(16).padStart(4, '0')).join('');
}
