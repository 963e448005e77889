import { isEventType, type EventType } from '../base/event-type.ts';
import type { Point } from './point.ts';
import type { Sample } from './sample.ts';

export type { EventType };

/**
 * Something that happened at a site and that others may want to be told: an alarm, a silent device, a
 * write, a rule. It is appended to the journal like samples are, and delivered from there.
 */
export interface SiteEvent {
  readonly type: EventType;
  /** Microseconds since 1970. */
  readonly at: number;
  /** Where it happened: `device/point`, `device`, or empty for the site as a whole. */
  readonly source: string;
  /** What it is about, such as the name of the alarm or the batch. */
  readonly subject?: string;
  /** Name of this very event where its author has one; else its place in the journal names it. */
  readonly id?: string;
  /** The particulars: anything that JSON can carry. */
  readonly data: Readonly<Record<string, unknown>>;
}

/** An event as a record of the journal has it. */
export interface EventRecord {
  readonly kind: 'event';
  readonly topic: string;
  readonly at: number;
  readonly data: unknown;
}

export function eventRecord({ type, at, ...rest }: SiteEvent): EventRecord {
  return { kind: 'event', topic: type, at, data: rest };
}

/** The event that a record carries; undefined for records of the gateway's own, which nobody is told. */
export function siteEventOf({ topic, at, data }: EventRecord): SiteEvent | undefined {
  if (!isEventType(topic) || !isObject(data)) return undefined;
  const { source, subject, id, data: particulars } = data;
  if (typeof source !== 'string' || !isObject(particulars)) return undefined;
  return {
    ...{ type: topic, at, source, data: particulars },
    ...(typeof subject === 'string' && { subject }),
    ...(typeof id === 'string' && { id }),
  };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const EVENT = 'event';

/**
 * An event on its way to the sinks that want it: it takes the place of a sample, so that it waits, is tried
 * again and is kept apart like one. Its point is nobody else's and says where in the journal it stands.
 */
export function eventSample(
  record: EventRecord & { readonly epoch: number; readonly sequence: number },
): Sample | undefined {
  const event = siteEventOf(record);
  if (event === undefined) return undefined;
  const { at, source, type } = event;
  const point: Point = {
    ...{ id: `${EVENT}:${record.epoch}-${record.sequence}`, device: source.split('/')[0] ?? '' },
    ...{ name: type, address: '', type: EVENT, kind: 'text', writable: false, everyMs: 0 },
  };
  return { point, event, value: type, quality: 'good', at, requestedAt: at, goodAt: at };
}

/** Whether a point stands for an event; its name is the type of the event then. */
export function isEventPoint({ type }: Pick<Point, 'type'>): boolean {
  return type === EVENT;
}

/** A name of the event that stays the same however often it is sent, and is given to no other. */
export function eventId({ event, point, at }: Sample): string {
  return event?.id ?? `${point.id.slice(EVENT.length + 1)}-${at}`;
}
