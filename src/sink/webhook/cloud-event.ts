import { utcIso } from '../../base/time-format.ts';
import { eventId } from '../../telemetry/event.ts';
import { sampleJson } from '../../telemetry/sample-json.ts';
import type { Sample } from '../../telemetry/sample.ts';

/** CloudEvents 1.0 in the structured mode of HTTP: one JSON object is one event. */
export interface CloudEvent {
  readonly specversion: '1.0';
  /** The same however often the event is sent; with `source` it names no other. */
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject?: string;
  readonly time: string;
  readonly datacontenttype: 'application/json';
  readonly data: unknown;
}

export const CLOUD_EVENT_TYPE = 'application/cloudevents+json; charset=utf-8';

/** An event as it is; a reading as `dinrail.value.changed`. */
export function cloudEvent(site: string, sample: Sample): CloudEvent {
  const { event, point, at } = sample;
  const common = { time: utcIso(at), datacontenttype: 'application/json' } as const;
  if (event !== undefined) {
    const { type, source, subject, data } = event;
    return {
      ...{ specversion: '1.0', id: eventId(sample), source: place(site, source) },
      type: `dinrail.${type}`,
      ...(subject !== undefined && { subject }),
      ...{ ...common, data },
    };
  }
  return {
    // The time of a sample grows per point, so that both name one reading.
    ...{ specversion: '1.0', id: `${point.id}/${at}`, source: place(site, point.device) },
    ...{ type: 'dinrail.value.changed', subject: point.name, ...common },
    data: sampleJson(sample, utcIso),
  };
}

/** A reference that is unique in a plant: `/dinrail/plant/furnace1/pv`. */
function place(site: string, source: string): string {
  const parts = ['dinrail', site, ...source.split('/')].filter((part) => part !== '');
  return `/${parts.map(encodeURIComponent).join('/')}`;
}
