import { nearest } from '../base/did-you-mean.ts';
import { globPattern } from './glob.ts';
import { hintOf, type Path, type Report } from './report.ts';
import { selector, type Selectable } from './selector.ts';
import type { DeviceConfig } from './site-config.ts';

/** Which points of a site the selectors of its file mean. */
export class PointChoice {
  readonly #report: Report;
  readonly #points: readonly (Selectable & { readonly id: string })[];
  readonly #missing: readonly string[];

  /** `missing` are the devices that have mistakes: what a selector would find in them is not known. */
  constructor(devices: readonly DeviceConfig[], missing: readonly string[], report: Report) {
    this.#report = report;
    this.#missing = missing;
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

  /** The ids of the points that any of these means; one that means none is an error at its place. */
  of(selectors: readonly string[], pathOf: (index: number) => Path): ReadonlySet<string> {
    const chosen = new Set<string>();
    for (const [index, text] of selectors.entries()) {
      const matches = this.#points.filter(selector(text));
      for (const { id } of matches) chosen.add(id);
      if (matches.length > 0 || text === '*' || this.#mayMatchMissing(text)) continue;
      const known = [...new Set(this.#points.flatMap(({ id, device }) => [device, id]))];
      const devices = [...new Set(this.#points.map(({ device }) => `${device}.*`))];
      this.#report.error(
        pathOf(index),
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
