/** What can happen at a site, beside the rules of its exchanges. */
export const EVENT_TYPES = [
  ...([
    'alarm.raised',
    'alarm.cleared',
    'alarm.acked',
    'alarm.shelved',
    'alarm.unshelved',
  ] as const),
  ...([
    'device.down',
    'device.up',
    'device.paused',
    'device.resumed',
    'outage.report',
    'write.done',
    'write.refused',
    'sink.dropped',
  ] as const),
];

/** What can happen. A rule of an exchange has a type of its own: `rule.batch_finished`. */
export type EventType = (typeof EVENT_TYPES)[number] | `rule.${string}`;

export function isEventType(text: string): text is EventType {
  return (EVENT_TYPES as readonly string[]).includes(text) || /^rule\.[a-z][a-z0-9_-]*$/.test(text);
}
