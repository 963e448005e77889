import { InvalidRequestError } from '../base/errors.ts';
import { EXCEPTION } from '../codec/pdu/exception.ts';
import { encodeInto, encodePoint } from '../profile/encode.ts';
import { isBitTable } from '../profile/format.ts';
import type { RegisterPoint, Value } from '../profile/point.ts';
import type { UnitTables } from '../server/unit-tables.ts';
import type { StalePolicy } from './map-entry.ts';

/**
 * Where one value stands in the image of a unit. Nothing here waits, so that whatever one update puts
 * into several slots is there at once for whoever reads.
 */
export class ValueSlot {
  readonly register: RegisterPoint;
  /** Does it answer an exception for now? */
  lacksValue: boolean;
  readonly #tables: UnitTables;
  readonly #policy: StalePolicy;
  /** Zeros stand here until there is a first value. */
  #isBlank: boolean;
  /** Of this slot and those that stand in the same register, bit by bit. */
  readonly #sharers: ValueSlot[] = [this];
  /** Encoded beside the image: a value that does not fit leaves nothing of itself behind. */
  readonly #draft: Uint8Array;
  readonly #draftView: DataView;

  /** Where zeros are wanted, a value that was never known is one. */
  constructor(tables: UnitTables, register: RegisterPoint, policy: StalePolicy, zeros: boolean) {
    this.#tables = tables;
    this.register = register;
    this.#policy = policy;
    this.lacksValue = !zeros;
    this.#isBlank = zeros;
    this.#draft = new Uint8Array(register.count * 2);
    this.#draftView = new DataView(this.#draft.buffer);
    this.hide();
  }

  shareWith(other: ValueSlot): void {
    this.#sharers.push(other);
  }

  /** Serves a value. False when it does not fit into the registers, which then have none. */
  show(value: Value): boolean {
    try {
      this.#write(value);
    } catch (error) {
      if (!(error instanceof InvalidRequestError)) throw error;
      this.hide();
      return false;
    }
    this.#isBlank = false;
    this.#lack(false);
    return true;
  }

  /** Serves what stands for a value that is not known. */
  hide(): void {
    if (this.#isBlank) return;
    if (this.#policy === 'exception') this.#lack(true);
    else if (this.#policy === 'hold') this.#lack(this.lacksValue);
    else {
      this.#writeSentinel(this.#policy.sentinel);
      this.#lack(false);
    }
  }

  #write(value: Value): void {
    const { table, address, count } = this.register;
    if (isBitTable(table)) {
      const flag = encodePoint(this.register, value) === true;
      (table === 'coil' ? this.#tables.coil : this.#tables.discrete).set(address, flag);
      return;
    }
    const image = this.#registers(address, count);
    // What shares its register is laid over what is there.
    this.#draft.set(image);
    encodeInto(this.register, value, this.#draftView, 0);
    image.set(this.#draft);
  }

  #writeSentinel(sentinel: number): void {
    const { table, address, count, bit } = this.register;
    if (isBitTable(table)) {
      const flag = (sentinel & 1) === 1;
      (table === 'coil' ? this.#tables.coil : this.#tables.discrete).set(address, flag);
    } else if (bit !== undefined) {
      this.#write((sentinel & 1) === 1);
    } else {
      const image = this.#registers(address, count);
      for (let at = 0; at < image.length; at += 2) image.writeUInt16BE(sentinel & 0xffff, at);
    }
  }

  #registers(address: number, count: number): Buffer {
    const { holding, input } = this.#tables;
    return (this.register.table === 'input' ? input : holding).wireBytes(address, count);
  }

  #lack(lacks: boolean): void {
    this.lacksValue = lacks;
    const { table, address, count } = this.register;
    const anyLacks = this.#sharers.some((slot) => slot.lacksValue);
    const exception = anyLacks ? EXCEPTION.gatewayTargetFailed : 0;
    this.#tables[table].setException(address, count, exception);
  }
}
