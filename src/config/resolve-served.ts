import { nearest } from '../base/did-you-mean.ts';
import { expressionKind, type ComputedPoint } from '../profile/computed.ts';
import { isBitTable } from '../profile/format.ts';
import { LINE_DEFAULTS, parsePointLine, type PointLine } from '../profile/grammar.ts';
import { UNSCALED, type RegisterPoint } from '../profile/point.ts';
import { hintOf, type Path, type Report } from './report.ts';
import type { ServedPoint } from './server-config.ts';
import type { DeviceConfig } from './site-config.ts';

const KIND_WORDS = {
  number: 'a number',
  boolean: 'true or false',
  text: 'a text',
} as const;

/** How the points of a site look in registers of ours. */
export class ServedPoints {
  readonly #points: ReadonlyMap<string, RegisterPoint>;
  /** What the site lets be written. */
  readonly #writable: ReadonlySet<string>;
  readonly #devices: readonly DeviceConfig[];
  readonly #missing: readonly string[];
  readonly #report: Report;

  constructor(devices: readonly DeviceConfig[], missing: readonly string[], report: Report) {
    this.#devices = devices;
    this.#missing = missing;
    this.#report = report;
    this.#writable = new Set(
      devices.flatMap(({ name, writable }) => [...writable.keys()].map((it) => `${name}.${it}`)),
    );
    this.#points = new Map(
      devices.flatMap(({ name, points, computed }) => [
        ...points
          .filter(({ point }) => point.access !== 'wo')
          .map(({ point }) => [`${name}.${point.name}`, plain(point)] as const),
        ...computed.flatMap((point) => {
          const register = registerOf(point);
          return register === undefined ? [] : [[`${name}.${point.name}`, register] as const];
        }),
      ]),
    );
  }

  /** Those that are wanted, in the shape they have at their device; computed numbers are f32. */
  chosen(isWanted: (id: string) => boolean): readonly ServedPoint[] {
    return [...this.#points]
      .filter(([id]) => isWanted(id))
      .map(([id, register]) => ({ id, register }));
  }

  /** Those of a device, where its profile has them: not what has no place there, nor what is computed. */
  ofDevice(path: Path, name: string): readonly ServedPoint[] {
    const device = this.#devices.find((one) => one.name === name);
    if (device === undefined) {
      const known = this.#devices.map((one) => one.name);
      if (this.#missing.includes(name)) return [];
      this.#report.error(path, `no device is named "${name}"`, hintOf(nearest(name, known), known));
      return [];
    }
    return device.points
      .filter(({ point }) => point.access !== 'wo')
      .map(({ point }) => ({ id: `${name}.${point.name}`, register: plain(point) }));
  }

  /** Those of a map by point. What is wrong in it is reported, and left out. */
  mapped(path: Path, map: Readonly<Record<string, string>>): readonly ServedPoint[] {
    return Object.entries(map).flatMap(([id, text]) => {
      const point = this.#find(path, id);
      if (point === undefined) return [];
      const at = [...path, id];
      const register = this.#place(at, point, text);
      if (register === undefined) return [];
      if (register.access === 'ro') return [{ id, register }];
      this.#checkWritable(at, id, register);
      return [{ id, register, isWritable: true }];
    });
  }

  /** What clients write here is written to the device, and only what the site lets be written. */
  #checkWritable(path: Path, id: string, { table, bit, access }: RegisterPoint): void {
    const [device = '', point = ''] = id.split('.');
    if (access === 'wo') {
      this.#report.error(path, '"wo": what is served can be read', { hint: 'write rw' });
    } else if (!this.#writable.has(id) && !this.#missing.includes(device)) {
      const hint = `write writes: [${point}] at device "${device}"`;
      this.#report.error(path, `"rw": nobody may write ${id}`, { hint });
    } else if (bit !== undefined) {
      const hint = 'give it a coil: co:0 rw';
      this.#report.error(path, '"rw": a client writes whole registers', { hint });
    } else if (table === 'input' || table === 'discrete') {
      const message = '"rw": clients write holding registers and coils';
      this.#report.error(path, message, { hint: table === 'input' ? 'hr:' : 'co:' });
    }
  }

  #find(path: Path, id: string): RegisterPoint | undefined {
    const point = this.#points.get(id);
    if (point !== undefined || this.#missing.includes(id.split('.')[0] ?? '')) return point;
    const known = [...this.#points.keys()];
    const hint = hintOf(nearest(id, known), known);
    this.#report.error([...path, id], `no point "${id}" can be served`, { onKey: true, ...hint });
    return undefined;
  }

  #place(path: Path, point: RegisterPoint, text: string): RegisterPoint | undefined {
    const { line, issues } = parsePointLine(text, { ...LINE_DEFAULTS, notes: false });
    this.#report.include(path, issues);
    if (line === undefined) return undefined;
    const place = text.trim().replace(/\s+(?:ro|rw|wo)$/, '');
    const laid = laidOut(point, line, /^\S+$/.test(place));
    const register = { ...laid, access: line.access ?? 'ro' };
    const [want, have] = [expressionKind(point.type), expressionKind(register.type)];
    if (want === have) return register;
    const hint = want === 'boolean' ? { hint: 'such as co:0, or a bit of a register: hr:0.3' } : {};
    const words = `the point is ${word(want)}, and "${text}" is ${word(have)}`;
    this.#report.error(path, words, hint);
    return undefined;
  }
}

function word(kind: string): string {
  return Object.hasOwn(KIND_WORDS, kind) ? KIND_WORDS[kind as keyof typeof KIND_WORDS] : kind;
}

/** A point where a line puts it: an address alone leaves it its own type and scale. */
function laidOut(point: RegisterPoint, line: PointLine, isAddress: boolean): RegisterPoint {
  const { bit: _bit, size: _size, ...rest } = point;
  const { table, address, bit } = line;
  const keepsType = isAddress && !isBitTable(table) && bit === undefined && point.type !== 'bool';
  if (keepsType) return { ...point, table, address };
  const { type, order, count, scale, size, unit } = line;
  return {
    ...{ ...rest, table, address, type, order, count, scale },
    ...(bit !== undefined && { bit }),
    ...(size !== undefined && { size }),
    ...(unit !== undefined && { unit }),
  };
}

/** What the device says of sentinels and limits is judged before a value comes here. */
function plain(point: RegisterPoint): RegisterPoint {
  const { write: _w, report: _r, invalid: _i, valid: _v, repeated: _n, ...rest } = point;
  return { ...rest, access: 'ro' };
}

/** Texts that follow from others have no length that a register could be given. */
function registerOf(point: ComputedPoint): RegisterPoint | undefined {
  const { name, expression, kind, unit, label, doc } = point;
  if (expression.kind === 'text') return undefined;
  const isFlag = expression.kind === 'boolean';
  return {
    ...{ name, table: isFlag ? 'coil' : 'holding', address: 0, type: isFlag ? 'bool' : 'f32' },
    ...{ order: 'ABCD', count: isFlag ? 1 : 2, scale: UNSCALED, access: 'ro', kind },
    ...(unit !== undefined && { unit }),
    ...(label !== undefined && { label }),
    ...(doc !== undefined && { doc }),
  };
}
