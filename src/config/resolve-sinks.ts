import { resolve } from 'node:path';
import { nearest } from '../base/did-you-mean.ts';
import { globPattern } from './glob.ts';
import { hintOf, type Path, type Report } from './report.ts';
import { selector, type Selectable } from './selector.ts';
import type { DeviceConfig, SinkConfig } from './site-config.ts';
import type { SinkInput } from './site-schema.ts';

/** Decides which sink gets which points. */
export class SinkResolver {
  readonly #report: Report;
  readonly #folder: string;
  readonly #points: readonly (Selectable & { readonly id: string })[];
  readonly #paths = new Map<string, string>();
  readonly #missing: readonly string[];

  /** `missing` are the devices that have mistakes: what a selector would find in them is not known. */
  constructor(
    devices: readonly DeviceConfig[],
    missing: readonly string[],
    folder: string,
    report: Report,
  ) {
    this.#report = report;
    this.#missing = missing;
    this.#folder = folder;
    this.#points = devices.flatMap(({ name, tags, points, computed }) =>
      [...points.map(({ point }) => point), ...computed].map((point) => ({
        id: `${name}.${point.name}`,
        device: name,
        point: point.name,
        ...(point.category !== undefined && { category: point.category }),
        tags,
      })),
    );
  }

  resolve(name: string, input: SinkInput): SinkConfig {
    const path = ['sinks', name];
    const wanted = this.#chosen(input.include ?? ['*'], [...path, 'include']);
    const unwanted = this.#chosen(input.exclude ?? [], [...path, 'exclude']);
    const points = new Set([...wanted].filter((id) => !unwanted.has(id)));
    if (input.type === 'console') return { name, points, type: 'console', format: input.format };
    const file = resolve(this.#folder, input.path);
    const other = this.#paths.get(file);
    if (other !== undefined) {
      this.#report.error([...path, 'path'], `sink "${other}" writes to the same file`);
    }
    this.#paths.set(file, name);
    return { name, points, type: input.type, path: file };
  }

  #chosen(selectors: readonly string[], path: Path): ReadonlySet<string> {
    const chosen = new Set<string>();
    for (const [index, text] of selectors.entries()) {
      const matches = this.#points.filter(selector(text));
      for (const { id } of matches) chosen.add(id);
      if (matches.length > 0 || text === '*' || this.#mayMatchMissing(text)) continue;
      const known = [...new Set(this.#points.flatMap(({ id, device }) => [device, id]))];
      const devices = [...new Set(this.#points.map(({ device }) => `${device}.*`))];
      this.#report.error(
        [...path, index],
        `no point matches "${text}"`,
        hintOf(nearest(text, [...devices, ...known]), devices),
      );
    }
    return chosen;
  }

  #mayMatchMissing(text: string): boolean {
    if (this.#missing.length > 0 && /^[@#]/.test(text)) return true;
    const device = globPattern(text.split('.')[0] ?? '');
    return this.#missing.some((name) => device.test(name));
  }
}
