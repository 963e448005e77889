import { signal, type Signal } from '@preact/signals';

/** What lists are made from that are not in the event stream, and change with it. */
export type Topic = 'alarms' | 'writes';

const counts: Readonly<Record<Topic, Signal<number>>> = {
  alarms: signal(0),
  writes: signal(0),
};

/** Says that lists about it are old now. */
export function askAgain(topic: Topic): void {
  counts[topic].value += 1;
}

/** Another number whenever such lists are old. */
export function askedAgain(topic: Topic): number {
  return counts[topic].value;
}
