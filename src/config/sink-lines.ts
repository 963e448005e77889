import { nearest } from '../base/did-you-mean.ts';
import { parseExpression, type Expression } from '../expression/expression.ts';
import type { Kind } from '../expression/value.ts';
import { hintOf, type Path, type Report } from './report.ts';
import { siteScope } from './resolve-writes.ts';
import type { DeviceConfig } from './site-config.ts';
import type { SinkLineInput } from './sink-schema.ts';

/** Points of one device that a sink gets together, and when; see the schema. */
export interface SinkLineEntry {
  /** Name of the measurement. */
  readonly line: string;
  /** By name of the point, the id that it has for the sink. */
  readonly points: ReadonlyMap<string, string>;
  readonly on: readonly string[];
  readonly when?: Expression;
  readonly all?: Expression;
  readonly send: 'changed' | 'all';
}

/** The lines of a sink for one device. */
export interface SinkLines {
  readonly sink: string;
  readonly device: string;
  readonly entries: readonly SinkLineEntry[];
}

type Input = Readonly<Record<string, SinkLineInput | readonly SinkLineInput[]>>;

interface Place {
  readonly line: string;
  readonly input: SinkLineInput;
  readonly path: Path;
}

/** What `lines` of a sink says, for each device that has any of its points. `wanted`: ids by `include`. */
export function sinkLines(
  sink: string,
  lines: Input,
  { wanted, devices }: { wanted: ReadonlySet<string>; devices: readonly DeviceConfig[] },
  report: Report,
): readonly SinkLines[] {
  const places = Object.entries(lines).flatMap(([line, written]): Place[] => {
    const path = ['sinks', sink, 'lines', line];
    if (!isList(written)) return [{ line, input: written, path }];
    return written.map((input, index) => ({ line, input, path: [...path, index] }));
  });
  for (const place of places) checkNames(place, devices, report);
  const scope = siteScope(devices);
  return devices.flatMap((device) => {
    const reader = new LineReader(sink, device, wanted, scope, report);
    const entries = places.flatMap((place) => reader.read(place));
    return entries.length === 0 ? [] : [{ sink, device: device.name, entries }];
  });
}

function isList(
  written: SinkLineInput | readonly SinkLineInput[],
): written is readonly SinkLineInput[] {
  return Array.isArray(written);
}

/** A name that no device has is a slip; one that some have not is how machines are. */
function checkNames(
  { line, input, path }: Place,
  all: readonly DeviceConfig[],
  report: Report,
): void {
  const known = [...new Set(all.flatMap((device) => allPoints(device).map(({ name }) => name)))];
  for (const key of ['points', 'on'] as const) {
    for (const [index, name] of (input[key] ?? []).entries()) {
      if (known.includes(name)) continue;
      const hint = hintOf(nearest(name, known), known);
      report.error([...path, key, index], `no device has a point "${name}"`, hint);
    }
  }
  const isEmpty = !all.some((device) =>
    allPoints(device).some(({ category }) => category === line),
  );
  if (input.points !== undefined || !isEmpty) return;
  const hint = 'say which: points: [a, b]';
  report.error(path, `no point is of the category "${line}"`, { onKey: true, hint });
}

function allPoints({ points, computed }: DeviceConfig) {
  return [...points.map(({ point }) => point), ...computed];
}

class LineReader {
  readonly #sink: string;
  readonly #device: DeviceConfig;
  readonly #wanted: ReadonlySet<string>;
  readonly #scope: ReadonlyMap<string, Kind>;
  readonly #report: Report;

  constructor(
    sink: string,
    device: DeviceConfig,
    wanted: ReadonlySet<string>,
    site: ReadonlyMap<string, Kind>,
    report: Report,
  ) {
    [this.#sink, this.#device] = [sink, device];
    [this.#wanted, this.#report] = [wanted, report];
    const prefix = `${device.name}.`;
    const own = [...site].filter(([id]) => id.startsWith(prefix));
    const bare = own.map(([id, kind]) => [id.slice(prefix.length), kind] as const);
    this.#scope = new Map([...site, ...bare]);
  }

  read({ line, input, path }: Place): readonly SinkLineEntry[] {
    const { name: device } = this.#device;
    const mine = allPoints(this.#device);
    const chosen = mine.filter(({ name, category }) => {
      const isIn = input.points === undefined ? category === line : input.points.includes(name);
      return isIn && this.#wanted.has(`${device}.${name}`);
    });
    if (chosen.length === 0) return [];
    const names = new Set(mine.map(({ name }) => name));
    const points = new Map(
      chosen.map(({ name }) => [name, `${this.#sink}/${line}/${device}.${name}`]),
    );
    const when = this.#condition([...path, 'when'], input.when);
    const all = this.#condition([...path, 'all'], input.all);
    return [
      {
        ...{ line, points, send: input.send },
        on: input.on?.filter((name) => names.has(name)) ?? [...points.keys()],
        ...(when !== undefined && { when }),
        ...(all !== undefined && { all }),
      },
    ];
  }

  #condition(path: Path, text: string | undefined): Expression | undefined {
    if (text === undefined) return undefined;
    const { expression, issues } = parseExpression(text, this.#scope, 'boolean');
    this.#report.include(path, issues);
    return expression;
  }
}
