import { signal } from '@preact/signals';
import { every, now } from '../time.ts';

/**
 * The gateway's time. Ages are counted on its clock, not on the clock of whoever looks: that one may
 * be set wrong. Between events it runs on by itself, so ages grow when nothing comes any more.
 */
export const gatewayNow = signal(0);

/** Milliseconds to add to our own clock, and the minutes by which the gateway's zone leads UTC. */
let lead = 0;
let zoneMinutes = 0;

/** Sets it by the `time` of an event: ISO 8601 with an offset. */
export function hearTime(iso: string): void {
  lead = Date.parse(iso) - now();
  zoneMinutes = zoneOf(iso);
  if (Math.abs(gatewayNow.peek() - (now() + lead)) > 2_000) tick();
}

/** Draws everything that shows an age once a second. Returns how to stop. */
export function runGatewayTime(): () => void {
  return every(1_000, tick);
}

function tick(): void {
  if (lead !== 0) gatewayNow.value = now() + lead;
}

/** `14:47:41` on the gateway's wall. */
export function wallClock(millis: number): string {
  return new Date(millis + zoneMinutes * 60_000).toISOString().slice(11, 19);
}

/** `02-27` on the gateway's wall. */
export function wallDay(millis: number): string {
  return new Date(millis + zoneMinutes * 60_000).toISOString().slice(5, 10);
}

/** `14:43:10` today, `02-27 14:43` on another day; the text itself is in the gateway's zone. */
export function wallTime(iso: string, millisNow: number): string {
  const today = new Date(millisNow + zoneMinutes * 60_000).toISOString().slice(0, 10);
  return iso.startsWith(today) ? iso.slice(11, 19) : `${iso.slice(5, 10)} ${iso.slice(11, 16)}`;
}

/** The same of a moment, milliseconds since 1970. */
export function wallMoment(millis: number, millisNow: number): string {
  return wallTime(new Date(millis + zoneMinutes * 60_000).toISOString(), millisNow);
}

/** What a field for a date and a time holds for a moment on the gateway's wall: `2026-02-27T14:43`. */
export function wallField(millis: number): string {
  return new Date(millis + zoneMinutes * 60_000).toISOString().slice(0, 16);
}

/** The moment that such a field means; NaN for none. */
export function momentOfField(text: string): number {
  return Date.parse(`${text}Z`) - zoneMinutes * 60_000;
}

function zoneOf(iso: string): number {
  const [, sign, hours, minutes] = /([+-])(\d\d):(\d\d)$/.exec(iso) ?? [];
  const total = Number(hours ?? 0) * 60 + Number(minutes ?? 0);
  return sign === '-' ? -total : total;
}
