import type { LineCounters, ModbusClient, RequestOptions } from '../../src/client/client.ts';
import { ModbusExceptionError, RequestTimeoutError } from '../../src/base/errors.ts';
import { sleep, type Clock } from '../../src/base/clock.ts';
import type { AddressRange } from '../../src/codec/pdu/address-range.ts';
import type { PduCodec } from '../../src/codec/pdu/pdu-codec.ts';

/** What a fake unit does with one read. */
export type Behaviour = 'answer' | 'silent' | Error;

export interface FakeUnit {
  /** Holding registers that exist, by address. */
  readonly registers: Map<number, number>;
  behaviour: Behaviour;
}

/** A line with units that answer from a map, in 10 ms, or not at all. One transaction at a time. */
export class FakeClient implements ModbusClient {
  readonly url = 'fake://line';
  readonly counters: LineCounters = {
    requests: 0,
    answers: 0,
    exceptions: 0,
    timeouts: 0,
    damaged: 0,
    late: 0,
    foreign: 0,
    connects: 0,
    connectFailures: 0,
    busyMs: 0,
  };
  readonly asked: { at: number; unit: number; start: number; count: number }[] = [];
  readonly units = new Map<number, FakeUnit>();
  readonly #clock: Clock;
  closed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  unit(id: number, registers: Record<number, number>): FakeUnit {
    const unit: FakeUnit = {
      registers: new Map(Object.entries(registers).map(([at, value]) => [Number(at), value])),
      behaviour: 'answer',
    };
    this.units.set(id, unit);
    return unit;
  }

  async connect(): Promise<void> {
    // Always connected.
  }

  async request<Request, Response>(
    codec: PduCodec<Request, Response>,
    unitId: number,
    request: Request,
    options: RequestOptions = {},
  ): Promise<Response> {
    const { start, count } = request as AddressRange;
    this.asked.push({ at: this.#clock.now(), unit: unitId, start, count });
    const unit = this.units.get(unitId);
    const behaviour = unit?.behaviour ?? 'silent';
    if (behaviour === 'silent') {
      await sleep(this.#clock, options.timeoutMs ?? 1000);
      throw new RequestTimeoutError('no answer');
    }
    await sleep(this.#clock, 10);
    if (behaviour instanceof Error) throw behaviour;
    const data = new Uint8Array(count * 2);
    for (let index = 0; index < count; index += 1) {
      const value = unit?.registers.get(start + index);
      if (value === undefined) throw new ModbusExceptionError(2, codec.functionCode);
      new DataView(data.buffer).setUint16(index * 2, value);
    }
    return data as Response;
  }

  close(): void {
    this.closed = true;
  }
}
