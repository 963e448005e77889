import type { DeviceJson, PointJson, SampleJson } from '../api/contract.ts';
import { NO_VALUE, formatAtGlance } from '../telemetry/format-value.ts';

/** A value for people, without its unit: `749.6`, `pre-standby`, `on`, or the dash. */
export function valueText(
  point: Pick<PointJson, 'type' | 'decimals'>,
  { value, text }: Pick<SampleJson, 'value' | 'text'>,
): string {
  if (value === null) return NO_VALUE;
  if (text !== undefined) return text;
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  if (typeof value === 'string') return value;
  const { type, decimals } = point;
  return formatAtGlance({ type, ...(decimals !== undefined && { decimals }) }, value);
}

export function withUnit(text: string, unit: string | undefined): string {
  return unit === undefined ? text : `${text} ${unit}`;
}

/** `0.4 s`, `12 s`, `3 min`, `5 h`, `9 d`. */
export function ageText(ms: number): string {
  const seconds = Math.max(0, ms / 1_000);
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 120) return `${Math.floor(seconds)} s`;
  if (seconds < 7_200) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3_600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

/** `14:31`, or the day where it was another one: `02-26`. Both as ISO 8601 of the same place. */
export function sinceText(time: string, now: string): string {
  return time.slice(0, 10) === now.slice(0, 10) ? time.slice(11, 16) : time.slice(5, 10);
}

const CAUSES: Readonly<Record<string, string>> = {
  timeout: 'no answer in time',
  'no-answer': 'no answer',
  'no-connection': 'no connection',
  'not-read-yet': 'not read yet',
  'no-value': 'the device has no value',
  'not-present': 'not present',
  damaged: 'damaged answer',
  'out-of-range': 'out of range',
  'too-old': 'too old',
};

/** Why a value is not good, in words. */
export function causeText(cause: string | undefined): string {
  if (cause === undefined) return '';
  const exception = /^exception-(\d+)$/.exec(cause)?.[1];
  if (exception !== undefined) return `device answers exception ${exception}`;
  return CAUSES[cause] ?? cause.replaceAll('-', ' ');
}

/** `good`, `stale: no answer in time`; `was good` when nobody can say how it is now. */
export function qualityText(
  { quality, cause }: Pick<SampleJson, 'quality' | 'cause'>,
  isOld = false,
): string {
  const words = cause === undefined ? quality : `${quality}: ${causeText(cause)}`;
  return isOld ? `was ${words}` : words;
}

const STATES: Readonly<Record<DeviceJson['state'], string>> = {
  waiting: 'not asked yet',
  good: 'good',
  failing: 'failing',
  silent: 'does not answer',
  paused: 'paused',
};

export function stateText(state: DeviceJson['state']): string {
  return STATES[state];
}

/** `3 devices`, `1 device`. */
export function countText(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** `12 %`, `0.4 %`. */
export function shareText(share: number): string {
  return `${(share * 100).toFixed(share > 0 && share < 0.1 ? 1 : 0)} %`;
}

/** `829`, `37.1k`, `1.52M`: at most six places. */
export function shortCount(count: number): string {
  if (count >= 1e9) return `${(count / 1e9).toFixed(2)}G`;
  if (count >= 1e6) return `${(count / 1e6).toFixed(2)}M`;
  return count >= 1e5 ? `${(count / 1e3).toFixed(0)}k` : String(count);
}

const BARS = '▁▂▃▄▅▆▇█';

/** A curve of shares of 0..1, one sign each, over the whole height. */
export function shareCurve(shares: readonly number[]): string {
  return shares
    .map((share) => BARS[Math.min(BARS.length - 1, Math.floor(share * BARS.length))] ?? ' ')
    .join('');
}
