import type { Point } from '../telemetry/point.ts';

/** Everything a point is, as JSON: what was meant when the record was written, not what the site says now. */
export function pointText(point: Point): string {
  return JSON.stringify(point, (_, value: unknown) =>
    value instanceof Map ? [...(value as Map<unknown, unknown>)] : value,
  );
}

/** Throws when the text is none of `pointText`. */
export function parsePoint(text: string): Point {
  const { enum: names, ...rest } = JSON.parse(text) as Omit<Point, 'enum'> & {
    readonly enum?: readonly (readonly [number, string])[];
  };
  return names === undefined ? rest : { ...rest, enum: new Map(names) };
}

const MOST_POINTS = 20_000;

/** Points by their text, so that the same one is one object in all segments. Bounded: it begins anew when full. */
export class PointCache {
  readonly #points = new Map<string, Point>();

  get(text: string): Point {
    const known = this.#points.get(text);
    if (known !== undefined) return known;
    const point = parsePoint(text);
    if (this.#points.size >= MOST_POINTS) this.#points.clear();
    this.#points.set(text, point);
    return point;
  }
}
