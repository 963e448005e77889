import type { Point } from '../../telemetry/point.ts';
import { escapeKey, escapeMeasurement, escapeTagValue } from './escape.ts';
import type { FieldType, LineOptions } from './options.ts';

/** Measurement and tags. Points of one device mostly share one. */
export interface Series {
  /** Escaped, with the space before the fields. */
  readonly prefix: string;
  /** The line that its fields go into, as long as `moment` is the encoder's. */
  line: number;
  moment: number;
}

/** What the samples of a point have in common on their lines, made once per point. */
export interface PointForm {
  readonly series: Series;
  /** What the point's type is by configuration; absent: its values decide. */
  readonly type: FieldType | undefined;
  /** What stands before a value that opens a line, and before one that goes on with it. */
  readonly opening: Heads;
  readonly next: Heads;
  /** Keys of the companions of a value, with comma and equals sign. */
  readonly textKey: string;
  readonly qualityKey: string;
  /** A state's number stands beside its name. */
  readonly isState: boolean;
  /** Why none of its samples can be written. */
  readonly refusal: string | undefined;
}

/** Everything up to the equals sign, by the type of the field; and of the quality, where there is no value. */
export type Heads = Readonly<Record<FieldType | 'quality', string>>;

/** What names are made of, besides the point. */
export interface Surroundings {
  readonly site: string;
  /** Model of a device, when it has a profile. */
  model(device: string): string | undefined;
}

/** Measurement, tags and field of a point, not escaped. */
export interface SeriesNames {
  readonly measurement: string;
  readonly tags: readonly (readonly [key: string, value: string])[];
  readonly field: string;
}

const PLACEHOLDER = /\{(device|point|category|site|tag\.([^{}]+))\}/g;

/** Knows the form of each point, and gives points of the same measurement and tags the same series. */
export class SeriesBook {
  readonly #options: LineOptions;
  readonly #around: Surroundings;
  readonly #series = new Map<string, Series>();
  readonly #forms = new WeakMap<Point, PointForm>();

  constructor(options: LineOptions, around: Surroundings) {
    this.#options = options;
    this.#around = around;
  }

  form(point: Point): PointForm {
    let form = this.#forms.get(point);
    if (form === undefined) {
      form = this.#make(point);
      this.#forms.set(point, form);
    }
    return form;
  }

  names(point: Point): SeriesNames {
    const isShared = this.#options.fields === 'value';
    const field = isShared ? 'value' : (ofPoint(this.#options.rename, point) ?? point.name);
    return { measurement: this.#measurement(point), tags: this.#tagPairs(point), field };
  }

  #make(point: Point): PointForm {
    const measurement = this.#measurement(point);
    const isState = point.kind === 'state' && point.enum !== undefined;
    const type = ofPoint(this.#options.types, point);
    const hasName = isState && this.#options.states !== 'number';
    const shared = this.#options.fields === 'value';
    const key = escapeKey(shared ? 'value' : (ofPoint(this.#options.rename, point) ?? point.name));
    const series = this.#seriesOf([escapeMeasurement(measurement), ...this.#tags(point)].join(','));
    return {
      series,
      // Beside the values of other points even a state has to be a float.
      type: type ?? (isState ? stateType(shared, hasName) : undefined),
      opening: heads(series.prefix, key, shared),
      next: heads(',', key, shared),
      textKey: `,${key}_text=`,
      qualityKey: `,${key}_quality=`,
      isState: hasName,
      // A line that begins with # is a comment: it would be taken, and nothing stored.
      refusal: measurement.startsWith('#') ? 'a measurement cannot begin with #' : undefined,
    };
  }

  #measurement(point: Point): string {
    const { measurement } = this.#options;
    const name =
      measurement === undefined
        ? (point.category ?? this.#around.model(point.device))
        : this.#fill(measurement, point);
    return name === undefined || escapeMeasurement(name) === '' ? 'dinrail' : name;
  }

  /** `key=value` in the order of the keys, which spares InfluxDB the sorting. */
  #tags(point: Point): string[] {
    return this.#tagPairs(point)
      .map(([key, value]) => [escapeKey(key), escapeTagValue(value)] as const)
      .filter(([key, value]) => key !== '' && value !== '')
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, value]) => `${key}=${value}`);
  }

  #tagPairs(point: Point): readonly (readonly [string, string])[] {
    const wanted = Object.entries(this.#options.tags ?? {}).map(
      ([key, template]) => [key, this.#fill(template, point)] as const,
    );
    const tags: Record<string, string> =
      this.#options.tags === undefined
        ? { ...point.tags, device: point.device, site: this.#around.site }
        : Object.fromEntries(wanted);
    if (this.#options.fields === 'value') tags['point'] = point.name;
    return Object.entries(tags).filter(([key, value]) => key !== '' && value !== '');
  }

  #fill(template: string, point: Point): string {
    const values: Readonly<Record<string, string | undefined>> = {
      device: point.device,
      point: point.name,
      category: point.category,
      site: this.#around.site,
    };
    return template.replaceAll(
      PLACEHOLDER,
      (_, name: string, tag: string | undefined) =>
        (tag === undefined ? values[name] : point.tags?.[tag]) ?? '',
    );
  }

  #seriesOf(text: string): Series {
    const prefix = `${text} `;
    const series = this.#series.get(prefix) ?? { prefix, line: 0, moment: 0 };
    this.#series.set(prefix, series);
    return series;
  }
}

/** What the options say of a point: by `device.point`, else by its name. */
function ofPoint<Said>(
  said: Readonly<Record<string, Said>> | undefined,
  { device, name }: Point,
): Said | undefined {
  return said?.[`${device}.${name}`] ?? said?.[name];
}

/** Without its name beside it a state is an int all the same. */
function stateType(shared: boolean, hasName: boolean): FieldType | undefined {
  if (shared) return 'float';
  return hasName ? undefined : 'int';
}

/** A field has one type: where all points share their fields, each type gets one of its own. */
function heads(before: string, key: string, shared: boolean): Heads {
  const own = `${before}${key}=`;
  const quality = `${before}${key}_quality=`;
  if (!shared) return { float: own, int: own, string: own, bool: own, quality };
  const named = (suffix: string): string => `${before}${key}_${suffix}=`;
  return { float: own, int: named('int'), string: named('text'), bool: named('bool'), quality };
}
