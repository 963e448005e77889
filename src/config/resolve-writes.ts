import { nearest } from '../base/did-you-mean.ts';
import { InvalidRequestError } from '../base/errors.ts';
import { parseNetworks } from '../base/network-list.ts';
import { parseExpression } from '../expression/expression.ts';
import type { Kind } from '../expression/value.ts';
import { expressionKind } from '../profile/computed.ts';
import type { SpecIssue } from '../profile/issue.ts';
import type { RegisterPoint } from '../profile/point.ts';
import { found, isObject, SpecReader } from '../profile/spec-reader.ts';
import { readWriteRules } from '../profile/write-rule-reader.ts';
import type { Interlock, WriteRules } from '../profile/write-rules.ts';
import { globPattern } from './glob.ts';
import { hintOf, type Path, type Report } from './report.ts';
import type { DeviceConfig } from './site-config.ts';
import type { SiteInput } from './site-schema.ts';
import { laidOverRules, ruleProblems } from './write-rules.ts';
import { WRITES_OFF, type WritablePoints, type WritesConfig } from './write-config.ts';

export function resolveWrites({ writes = 'none' }: SiteInput, report: Report): WritesConfig {
  if (writes === 'none') return WRITES_OFF;
  if (writes === 'local') return { isOn: true, from: ['loopback'] };
  if (writes === 'all') return { isOn: true, from: ['any'] };
  for (const [index, network] of writes.from.entries()) {
    try {
      parseNetworks([network]);
    } catch (error) {
      if (!(error instanceof InvalidRequestError)) throw error;
      report.error(['writes', 'from', index], error.message);
    }
  }
  return { isOn: true, from: writes.from };
}

/** Adds to each device what of it may be written. Every device is known, so that rules may name them all. */
export function withWrites(
  devices: readonly DeviceConfig[],
  { devices: inputs = {}, writes }: SiteInput,
  report: Report,
): readonly DeviceConfig[] {
  const scope = siteScope(devices);
  const resolved = devices.map((device) => {
    const written = inputs[device.name]?.writes;
    if (written === undefined || written === 'none' || written === false) return device;
    const path = ['devices', device.name, 'writes'];
    const reader = new WritesReader(device, path, scope, report);
    return { ...device, writable: reader.read(written) };
  });
  const writing = resolved.filter(({ writable }) => writable.size > 0);
  const [first] = writing;
  if (first !== undefined && (writes ?? 'none') === 'none') {
    const path = ['devices', first.name, 'writes'];
    const hint = 'writes: local at the left margin allows it from this machine';
    report.note(path, 'nothing is written: the gateway does not allow it', { onKey: true, hint });
  }
  if (first === undefined && writes !== undefined && writes !== 'none' && !report.failed) {
    const hint = 'such as writes: [setpoint] at a device';
    report.note(['writes'], 'no device lets a point be written', { onKey: true, hint });
  }
  return resolved;
}

/** What conditions may name: everything that is read, by `device.point`. */
export function siteScope(devices: readonly DeviceConfig[]): ReadonlyMap<string, Kind> {
  return new Map(
    devices.flatMap(({ name, points, computed }) => [
      ...points.map(({ point }) => [`${name}.${point.name}`, expressionKind(point.type)] as const),
      ...computed.map((point) => [`${name}.${point.name}`, point.expression.kind] as const),
    ]),
  );
}

/** Reads `writes` of one device. */
class WritesReader {
  readonly #device: DeviceConfig;
  readonly #path: Path;
  readonly #report: Report;
  readonly #all: readonly RegisterPoint[];
  readonly #scope: ReadonlyMap<string, Kind>;

  constructor(device: DeviceConfig, path: Path, site: ReadonlyMap<string, Kind>, report: Report) {
    this.#device = device;
    this.#path = path;
    this.#report = report;
    this.#all = [...device.points.map(({ point }) => point), ...device.unpolled];
    const prefix = `${device.name}.`;
    const own = [...site].filter(([id]) => id.startsWith(prefix));
    const bare = own.map(([id, kind]) => [id.slice(prefix.length), kind] as const);
    this.#scope = new Map([...site, ...bare]);
  }

  read(written: unknown): WritablePoints {
    const rules = new Map<string, WriteRules>();
    const entries = this.#entries(written);
    if (entries.length > 0 && this.#device.unit === 0) {
      const hint = 'give the unit id of the device; 255 where it has none';
      const message = `unit 0 is everybody on a line, and nothing is written to everybody`;
      this.#report.error(this.#path, message, { onKey: true, hint });
      return rules;
    }
    for (const [pattern, value, path, onKey] of entries) {
      for (const point of this.#matching(pattern, path, onKey)) {
        if (rules.has(point.name)) {
          this.#report.error(path, `"${point.name}" is listed twice`, { onKey });
        }
        const own = this.#ownRules(value, point, path);
        if (own !== undefined) rules.set(point.name, this.#complete(point, own, path, onKey));
      }
    }
    return rules;
  }

  #entries(written: unknown): readonly (readonly [string, unknown, Path, boolean])[] {
    if (Array.isArray(written) && written.every((name) => typeof name === 'string')) {
      return written.map((name, index) => [name, true, [...this.#path, index], false] as const);
    }
    if (isObject(written)) {
      return Object.entries(written).map(
        ([name, value]) => [name, value, [...this.#path, name], true] as const,
      );
    }
    const names = this.#all.filter(({ access }) => access !== 'ro').map(({ name }) => name);
    const example = names.length === 0 ? 'setpoint' : names.slice(0, 4).join(', ');
    const message = `writes is ${found(written)}, expected the names of points, or none`;
    this.#report.error(this.#path, message, { hint: `such as writes: [${example}]` });
    return [];
  }

  /** The points that a name or a pattern means; of a pattern, those that can be written. */
  #matching(pattern: string, path: Path, onKey: boolean): readonly RegisterPoint[] {
    const glob = globPattern(pattern);
    const found = this.#all.filter(({ name }) => glob.test(name));
    const writable = found.filter(({ access }) => access !== 'ro');
    if (writable.length > 0) return writable;
    const [first] = found;
    if (first !== undefined) {
      const hint = 'its profile, or `points` of the device, would have to say rw';
      this.#report.error(path, `${first.name} is read only`, { onKey, hint });
      return [];
    }
    const names = this.#all.filter(({ access }) => access !== 'ro').map(({ name }) => name);
    const message = `no point of ${this.#device.name} is named "${pattern}"`;
    this.#report.error(path, message, { onKey, ...hintOf(nearest(pattern, names), names) });
    return [];
  }

  #ownRules(value: unknown, point: RegisterPoint, path: Path): WriteRules | undefined {
    if (value === true || value === null) return {};
    const issues: SpecIssue[] = [];
    const spec = SpecReader.of(value, [], issues, 'true, or rules such as { max: 900 }');
    const rules = spec === undefined ? undefined : readWriteRules(spec, point);
    this.#report.include(path, issues);
    return issues.some(({ severity }) => severity === 'error') ? undefined : rules;
  }

  /** With the rules of the profile, and every name in them found. */
  #complete(point: RegisterPoint, own: WriteRules, path: Path, onKey: boolean): WriteRules {
    const rules = laidOverRules(point.write, own);
    for (const { message, hint } of ruleProblems(point, rules)) {
      const more = hint === undefined ? {} : { hint };
      this.#report.error(path, `${point.name}: ${message}`, { onKey, ...more });
    }
    const { changeFrom, interlocks, ...rest } = rules;
    const changeId = changeFrom === undefined ? undefined : this.#idOf(changeFrom, path, onKey);
    return {
      ...rest,
      ...(changeId !== undefined && { changeFrom: changeId }),
      ...(interlocks !== undefined && {
        interlocks: interlocks.flatMap((lock) => this.#interlock(lock, path, onKey)),
      }),
    };
  }

  #idOf(name: string, path: Path, onKey: boolean): string | undefined {
    if (this.#scope.has(name)) return name.includes('.') ? name : `${this.#device.name}.${name}`;
    const names = [...this.#scope.keys()];
    const message = `changeFrom is "${name}", and no point that is read has this name`;
    this.#report.error(path, message, { onKey, ...hintOf(nearest(name, names), names) });
    return undefined;
  }

  #interlock(lock: Interlock, path: Path, onKey: boolean): readonly Interlock[] {
    const { text } = lock.condition;
    const { expression, issues } = parseExpression(text, this.#scope, 'boolean');
    for (const { message, hint } of issues) {
      const more = hint === undefined ? {} : { hint };
      this.#report.error(path, `interlock "${text}": ${message}`, { onKey, ...more });
    }
    return expression === undefined ? [] : [{ ...lock, condition: expression }];
  }
}
