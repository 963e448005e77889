import { silentLogger } from '../../src/base/log.ts';
import { ManualClock } from '../../src/base/manual-clock.ts';
import type { ModbusClient } from '../../src/client/client.ts';
import { lineClient } from '../../src/client/line-client.ts';
import { tcpClient } from '../../src/client/tcp-client.ts';
import { encodeMbap, MbapDeframer } from '../../src/codec/frame/mbap.ts';
import { encodeRtu } from '../../src/codec/frame/rtu.ts';
import { Engine } from '../../src/engine/engine.ts';
import type { DeviceSetup, LineSetup } from '../../src/engine/setup.ts';
import type { DevicePort } from '../../src/gate/device-port.ts';
import { parsePoints } from '../../src/profile/points.ts';
import type { RegisterPoint } from '../../src/profile/point.ts';
import type { Value } from '../../src/telemetry/point.ts';
import { answer } from '../../src/server/answer.ts';
import { plainImage, type UnitTables } from '../../src/server/unit-tables.ts';
import { FakeDialer, type FakeTransport } from './fake-transport.ts';
import { ROUND_TIMING } from './line-client-bench.ts';

/** One request that has reached the devices, and was done there. */
export interface Arrived {
  readonly at: number;
  readonly unit: number;
  /** `read 3 0+2`, `write 6 0`. */
  readonly text: string;
  readonly pdu: Uint8Array;
  /** Sends the answer; twice does nothing. */
  readonly answer: () => void;
}

export interface PortBenchOptions {
  readonly kind: 'tcp' | 'serial';
  readonly devices: readonly DeviceSetup[];
  readonly inFlight?: number;
  /** When a request is answered, in milliseconds; undefined: not by itself. Default 10. */
  readonly delayOf?: (arrived: Arrived) => number | undefined;
}

/** An engine with one line whose devices do what they are asked at once, and answer when the test says so. */
export class PortBench {
  readonly clock = new ManualClock();
  readonly dialer = new FakeDialer();
  readonly client: ModbusClient;
  readonly engine: Engine;
  readonly arrived: Arrived[] = [];
  delayOf: (arrived: Arrived) => number | undefined;
  readonly #tables = new Map<number, UnitTables>();
  readonly #kind: PortBenchOptions['kind'];
  readonly #devices: readonly DeviceSetup[];

  constructor({ kind, devices, inFlight = 1, delayOf = () => 10 }: PortBenchOptions) {
    this.#kind = kind;
    this.#devices = devices;
    this.delayOf = delayOf;
    const { clock, dialer } = this;
    this.client =
      kind === 'tcp'
        ? tcpClient(dialer, { clock, inFlight })
        : lineClient(dialer, { clock, timing: ROUND_TIMING });
    dialer.onDial = (transport) => {
      const deframer = new MbapDeframer();
      transport.onWrite = (bytes) => {
        if (kind === 'serial') this.#takeRtu(transport, bytes);
        else this.#takeMbap(transport, deframer, bytes);
      };
    };
    for (const { unit } of devices) this.unit(unit);
    const line: LineSetup = { name: 'line', client: this.client, inFlight, devices };
    this.engine = new Engine('test', [line], clock, silentLogger);
  }

  unit(id: number): UnitTables {
    const known = this.#tables.get(id);
    if (known !== undefined) return known;
    const tables = plainImage({ coils: 200, discrete: 200, holding: 200, writable: true });
    this.#tables.set(id, tables);
    return tables;
  }

  port(device = 'furnace'): DevicePort {
    const port = this.engine.port(device);
    if (port === undefined) throw new Error(`no way to ${device}`);
    return port;
  }

  /** A point of the furnace, as its device has it. */
  point(name: string, device = 'furnace'): RegisterPoint {
    const setup = this.#devices.find((one) => one.name === device);
    const found = setup?.points.find(({ point }) => point.name === name);
    if (found === undefined) throw new Error(`no point ${name}`);
    return found.point;
  }

  value(id: string): Value | undefined {
    return this.engine.sample(id)?.value;
  }

  /** What has arrived, as texts. */
  get texts(): readonly string[] {
    return this.arrived.map(({ unit, text }) => `${unit} ${text}`);
  }

  get writes(): readonly Arrived[] {
    return this.arrived.filter(({ text }) => text.startsWith('write'));
  }

  #takeMbap(transport: FakeTransport, deframer: MbapDeframer, bytes: Uint8Array): void {
    deframer.push(bytes);
    for (let frame = deframer.next(); frame !== undefined; frame = deframer.next()) {
      const { transactionId, unitId, pdu } = frame;
      this.#take(transport, unitId, Uint8Array.from(pdu), (answered) =>
        encodeMbap({ transactionId, unitId, pdu: answered }),
      );
    }
  }

  #takeRtu(transport: FakeTransport, bytes: Uint8Array): void {
    const [unitId = 0] = bytes;
    this.#take(transport, unitId, bytes.slice(1, -2), (answered) => encodeRtu(unitId, answered));
  }

  #take(
    transport: FakeTransport,
    unit: number,
    pdu: Uint8Array,
    frameOf: (pdu: Uint8Array) => Uint8Array,
  ): void {
    const out = new Uint8Array(260);
    const question = { tables: this.unit(unit), unitId: unit, peer: 'test', bytes: pdu, at: 0 };
    const size = answer({ ...question, length: pdu.length }, out, 0);
    if (typeof size !== 'number') throw new Error('the bench has no hooks that wait');
    let isDone = false;
    const arrived: Arrived = {
      at: this.clock.now(),
      ...{ unit, text: textOf(pdu), pdu },
      answer: () => {
        if (!isDone) transport.receive(frameOf(out.slice(0, size)));
        isDone = true;
      },
    };
    this.arrived.push(arrived);
    const delay = this.delayOf(arrived);
    if (delay === undefined) return;
    // The first byte of an answer on a serial line comes after the last of the request has left.
    const wire = this.#kind === 'serial' ? pdu.length + 3 : 0;
    this.clock.alarm(this.clock.now() + wire + delay, arrived.answer);
  }
}

function textOf(pdu: Uint8Array): string {
  const view = new DataView(pdu.buffer, pdu.byteOffset, pdu.byteLength);
  const [code, start] = [view.getUint8(0), view.getUint16(1)];
  return code <= 4 ? `read ${code} ${start}+${view.getUint16(3)}` : `write ${code} ${start}`;
}

export interface BenchDeviceOptions extends Partial<DeviceSetup> {
  /** How often points are read, where it is not every second. */
  readonly everyMs?: Readonly<Record<string, number>>;
}

/** A device of these points, each in a read of its own unless they are neighbours. */
export function benchDevice(
  written: Record<string, unknown>,
  { everyMs = {}, ...over }: BenchDeviceOptions = {},
): DeviceSetup {
  const { points, computed, issues } = parsePoints(written);
  if (issues.length > 0) throw new Error(JSON.stringify(issues));
  return {
    ...{ name: 'furnace', unit: 1, timeoutMs: 200, retries: 0, computed },
    plan: { strategy: 'auto', registers: 125, bits: 2000, gap: 0 },
    points: points.map((point) => ({ point, everyMs: everyMs[point.name] ?? 1000, staleMs: 3000 })),
    ...over,
  };
}
