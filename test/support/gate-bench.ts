import { ManualClock } from '../../src/base/manual-clock.ts';
import { silentLogger } from '../../src/base/log.ts';
import type { DevicePort, ReadBack, SendResult, WriteFrame } from '../../src/gate/device-port.ts';
import type { GateFiles } from '../../src/gate/gate-files.ts';
import { WriteGate, type GateParts } from '../../src/gate/write-gate.ts';
import type { Requester, WriteRequest } from '../../src/gate/write-request.ts';
import type { GatedPoint, GateSetup } from '../../src/gate/gate-setup.ts';
import { decodedValues, readDecoder } from '../../src/profile/decode.ts';
import { isBitTable } from '../../src/profile/format.ts';
import type { RegisterPoint } from '../../src/profile/point.ts';
import type { WriteRules } from '../../src/profile/write-rules.ts';
import type { Point, Value } from '../../src/telemetry/point.ts';
import type { Sample } from '../../src/telemetry/sample.ts';
import { registerPoint } from './points.ts';

/** The program was killed here. It is no GatewayError, so nothing of the gate catches it. */
export class Killed extends Error {}

/** A folder in memory that outlives the program, and can fail or be the last thing a program does. */
export class MemoryFolder implements GateFiles {
  readonly files = new Map<string, Uint8Array[]>();
  /** Called before every operation that changes something; may throw. */
  before: (operation: string, name: string) => void = () => undefined;
  /** Called after it; may throw. */
  after: (operation: string, name: string) => void = () => undefined;
  /** How many bytes of an append get onto the disk before it fails; undefined: it does not fail. */
  tearAt: number | undefined;
  /** How it fails then. */
  tear: () => Error = noSpace;

  async list(): Promise<readonly string[]> {
    return [...this.files.keys()];
  }

  async read(name: string): Promise<Uint8Array | undefined> {
    const parts = this.files.get(name);
    return parts === undefined ? undefined : Buffer.concat(parts);
  }

  async append(name: string, bytes: Uint8Array): Promise<void> {
    this.before('append', name);
    const parts = this.files.get(name) ?? [];
    this.files.set(name, parts);
    if (this.tearAt !== undefined) {
      parts.push(bytes.slice(0, this.tearAt));
      throw this.tear();
    }
    parts.push(bytes);
    this.after('append', name);
  }

  async truncate(name: string, size: number): Promise<void> {
    this.before('truncate', name);
    const parts = this.files.get(name);
    if (parts !== undefined) this.files.set(name, [Buffer.concat(parts).subarray(0, size)]);
    this.after('truncate', name);
  }

  async replace(name: string, bytes: Uint8Array): Promise<void> {
    this.before('replace', name);
    this.files.set(name, [bytes]);
    this.after('replace', name);
  }

  async remove(name: string): Promise<void> {
    this.before('remove', name);
    this.files.delete(name);
    this.after('remove', name);
  }

  text(name: string): string {
    return Buffer.concat(this.files.get(name) ?? []).toString();
  }
}

export function noSpace(): Error {
  return Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
}

/** A device of coils and registers behind a port that can lose, delay and refuse. */
export class BenchDevice implements DevicePort {
  readonly words = new Uint16Array(200);
  readonly coils = new Uint8Array(200);
  readonly frames: WriteFrame[] = [];
  /** Values that were told to the rail. */
  readonly told: Value[] = [];
  /** What happens to the next frames; `lost`: not even done. */
  answer: SendResult | 'lost' = { kind: 'acknowledged' };
  /** Why reading fails, if it does. */
  readFault: string | undefined;
  /** A device that does as it likes. */
  keepsOld = false;
  /** Waited for before a frame is taken. */
  hold: Promise<void> | undefined;
  before: (what: 'frame' | 'answer') => void = () => undefined;

  async write(_: RegisterPoint, frame: WriteFrame): Promise<SendResult> {
    await this.hold;
    this.before('frame');
    if (this.answer !== 'lost' && this.answer.kind === 'not-sent') return this.answer;
    this.frames.push(frame);
    const isDone = this.answer !== 'lost' && this.answer.kind !== 'exception' && !this.keepsOld;
    if (isDone) this.#do(frame);
    this.before('answer');
    return this.answer === 'lost' ? { kind: 'unknown', reason: 'no answer' } : this.answer;
  }

  #do(frame: WriteFrame): void {
    if (frame.function === 5) this.coils[frame.address] = frame.on ? 1 : 0;
    if (frame.function === 6) this.words[frame.address] = frame.word;
    if (frame.function === 15)
      frame.bits.forEach((bit, i) => (this.coils[frame.address + i] = +bit));
    if (frame.function === 16) this.words.set(frame.words, frame.address);
    if (frame.function === 22) {
      const { address, andMask, orMask } = frame;
      this.words[address] = (this.words[address]! & andMask) | (orMask & ~andMask);
    }
  }

  async readBack(point: RegisterPoint): Promise<ReadBack> {
    if (this.readFault !== undefined) return { cause: this.readFault };
    const value = this.valueOf(point);
    return value === undefined ? { cause: 'no value' } : { value };
  }

  /** Takes no frame until the function that it gives is called. */
  stop(): () => void {
    let go: () => void = () => undefined;
    this.hold = new Promise((resolve) => (go = resolve));
    return () => {
      go();
    };
  }

  valueOf(point: RegisterPoint): Value | undefined {
    if (isBitTable(point.table)) return this.coils[point.address] === 1;
    const data = new Uint8Array(point.count * 2);
    const view = new DataView(data.buffer);
    for (let i = 0; i < point.count; i += 1) view.setUint16(i * 2, this.words[point.address + i]!);
    const { table, address: start, count } = point;
    const out = decodedValues(1);
    readDecoder({ table, start, count, points: [point] }).decode(data, out);
    return out.values[0];
  }

  confirmed(_: RegisterPoint, value: Value): void {
    this.told.push(value);
  }
}

export const OPERATOR: Requester = { name: 'mei', role: 'operator', from: 'local', door: 'api' };
export const ADMIN: Requester = { name: 'root', role: 'admin', from: 'local', door: 'cli' };
export const VIEWER: Requester = { name: 'guest', role: 'viewer', from: 'local', door: 'api' };

export interface BenchPoint {
  readonly point: RegisterPoint;
  readonly rules?: WriteRules;
  readonly device?: string;
}

/** A furnace with a set-point of 0 to 1200 °C, and whatever a test adds. */
export class GateBench {
  readonly clock = new ManualClock();
  readonly folder: MemoryFolder;
  readonly device: BenchDevice;
  readonly view: GateParts['view'];
  /** What the rail says otherwise than the device. */
  readonly rail = new Map<string, Partial<Sample>>();
  deviceState: 'good' | 'failing' = 'good';
  lastAnswerAgoMs = 0;
  setup: GateSetup;
  gate: WriteGate;
  readonly #parts: Partial<GateParts>;

  constructor(points: readonly BenchPoint[], parts: Partial<GateParts> = {}, before?: GateBench) {
    this.#parts = parts;
    this.folder = before?.folder ?? new MemoryFolder();
    this.device = before?.device ?? new BenchDevice();
    const gated = points.map(({ point, rules, device = 'furnace' }): GatedPoint => {
      return { id: `${device}.${point.name}`, device, point, ...(rules && { rules }) };
    });
    this.setup = {
      writes: 'on',
      from: ['loopback', '10.0.0.0/8'],
      devices: new Set(gated.map(({ device }) => device)),
      points: new Map(gated.map((point) => [point.id, point])),
    };
    this.view = {
      devices: () => [
        {
          ...{ name: 'furnace', line: 'l', unit: 1, polls: 1, failures: 0, skipped: 0 },
          state: this.deviceState,
          lastAnswerAt: this.clock.wallMicros() - this.lastAnswerAgoMs * 1000,
        },
      ],
      sample: (id) => this.#sample(id),
    };
    this.gate = this.#newGate();
  }

  static async open(
    points: readonly BenchPoint[],
    parts: Partial<GateParts> = {},
  ): Promise<GateBench> {
    const bench = new GateBench(points, parts);
    await bench.gate.open();
    return bench;
  }

  #newGate(): WriteGate {
    const gate = new WriteGate({
      ...{ clock: this.clock, logger: silentLogger, files: this.folder, view: this.view },
      portOf: (device) => (device === 'furnace' ? this.device : undefined),
      ...this.#parts,
    });
    gate.configure(this.setup);
    return gate;
  }

  /** The program was killed and starts again. */
  async restart(): Promise<void> {
    this.gate = this.#newGate();
    await this.gate.open();
  }

  configure(over: Partial<GateSetup>): void {
    this.setup = { ...this.setup, ...over };
    this.gate.configure(this.setup);
  }

  async write(value: Value, over: Partial<WriteRequest> = {}) {
    return this.gate.write({ point: 'furnace.sp', value, who: OPERATOR, ...over });
  }

  #sample(id: string): Sample | undefined {
    const gated = this.setup.points.get(id);
    const over = this.rail.get(id);
    if (gated === undefined && over === undefined) return undefined;
    const at = this.clock.wallMicros();
    const value = gated && this.device.valueOf(gated.point);
    const point: Point = {
      ...{ id, device: 'furnace', name: id.split('.')[1]!, address: 'hr:0', type: 'u16' },
      ...{ kind: 'gauge' as const, writable: true, everyMs: 1000 },
    };
    return {
      ...{ point, quality: 'good', at, requestedAt: at },
      ...(value !== undefined && { value }),
      ...over,
    };
  }
}

export const SETPOINT: BenchPoint = {
  point: registerPoint({ name: 'sp', address: 2, type: 'i16', access: 'rw', unit: '°C' }),
  rules: { min: 0, max: 1200 },
};

/** The set-point under other rules. */
export function setpoint(rules: WriteRules, point: Partial<RegisterPoint> = {}): BenchPoint {
  return {
    point: { ...SETPOINT.point, ...point },
    rules: { ...SETPOINT.rules, ...rules },
  };
}
