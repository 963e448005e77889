/** What a field holds. A field keeps one type for ever: InfluxDB refuses another one. */
export type FieldType = 'float' | 'int' | 'string' | 'bool';

export type Precision = 's' | 'ms' | 'us' | 'ns';

/** InfluxDB 1.x and whatever speaks its `/write`. */
export interface InfluxV1 {
  readonly api: 'v1';
  readonly database: string;
  readonly username?: string;
  readonly password?: string;
  /** Absent: the database's default policy. */
  readonly retentionPolicy?: string;
}

/** InfluxDB 2.x and whatever speaks its `/api/v2/write`. */
export interface InfluxV2 {
  readonly api: 'v2';
  /** Empty: none is named, as VictoriaMetrics and InfluxDB 3 know none. */
  readonly org: string;
  readonly bucket: string;
  /** Absent: no token is sent, as VictoriaMetrics wants it. */
  readonly token?: string;
}

/** How samples become lines. */
export interface LineOptions {
  /**
   * Name of the measurement, with `{device}`, `{point}`, `{category}`, `{site}` and `{tag.x}` in it.
   * Default: the point's category, else the model of its device, else `dinrail`.
   */
  readonly measurement?: string;
  /** Tags by name, with the same placeholders; one that comes out empty is left out. Default: `device`, `site` and all tags of the point. */
  readonly tags?: Readonly<Record<string, string>>;
  /**
   * `by-point`: a field per point, and one line for what a device said at one moment (default).
   * `value`: a line per point, with the tag `point` and the field `value`.
   */
  readonly fields?: 'by-point' | 'value';
  /** Of the timestamps; what is finer is cut off. Default: `ms`. */
  readonly precision?: Precision;
  /** Type of a point's field, by `device.point` or by `point`; the first of the two wins. */
  readonly types?: Readonly<Record<string, FieldType>>;
  /** Names of fields that are not those of the points, likewise. */
  readonly rename?: Readonly<Record<string, string>>;
  /** What is written of a state: its number with its name beside it (default), or the number alone. */
  readonly states?: 'both' | 'number';
}

/** How lines are sent. */
export interface SendOptions {
  /** `http://host:8086`, `https://…`, with a path when a proxy wants one. */
  readonly url: string;
  /** Default: true. */
  readonly gzip?: boolean;
  /** Most lines of one request, 1..5000. Default: 5000. */
  readonly batchSize?: number;
  /** Longest wait for one whole answer, in milliseconds. Default: 10,000. */
  readonly timeoutMs?: number;
  /** Certificates to trust instead of the usual ones, as PEM. */
  readonly ca?: string;
}

export type InfluxOptions = (InfluxV1 | InfluxV2) & SendOptions & LineOptions;

export const MAX_LINES = 5_000;
