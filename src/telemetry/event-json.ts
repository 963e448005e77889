import { sampleJson, type SampleJson } from './sample-json.ts';
import type { Sample } from './sample.ts';

/** An event as one JSON object of a list of lines; it has a `type`, which a reading has not. */
export interface EventJson {
  readonly type: string;
  /** ISO 8601 with milliseconds and offset. */
  readonly time: string;
  /** `device/point`, `device`, or empty for the site as a whole. */
  readonly source: string;
  readonly subject?: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** What a sink of JSON lines writes of a sample: the reading, or the event that has taken its place. */
export function recordJson(
  sample: Sample,
  formatTime: (micros: number) => string,
): SampleJson | EventJson {
  const { event } = sample;
  if (event === undefined) return sampleJson(sample, formatTime);
  const { type, at, source, subject, data } = event;
  return {
    ...{ type, time: formatTime(at), source },
    ...(subject !== undefined && { subject }),
    data,
  };
}
