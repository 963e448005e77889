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

const EVENT_TYPES = [
  ...([
    'alarm.raised',
    'alarm.cleared',
    'alarm.acked',
    'alarm.shelved',
    'alarm.unshelved',
  ] as const),
  ...(['device.down', 'device.up', 'outage.report', 'write.done', 'write.refused'] as const),
];

/** What can happen. A rule of an exchange has a type of its own: `rule.batch_finished`. */
export type EventType = (typeof EVENT_TYPES)[number] | `rule.${string}`;

export function isEventType(text: string): text is EventType {
  return (EVENT_TYPES as readonly string[]).includes(text) || /^rule\.[a-z][a-z0-9_-]*$/.test(text);
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
