import type { DeviceJson, SampleJson } from '../../../src/api/contract.ts';

const CAUSES: Readonly<Record<string, string>> = {
  timeout: 'no answer in time',
  'no-answer': 'no answer',
  'no-connection': 'no connection',
  'not-read-yet': 'not read yet',
  'no-value': 'the device has no value',
  damaged: 'damaged answer',
  'out-of-range': 'out of range',
  'too-old': 'too old',
};

/** MODBUS Application Protocol V1.1b3, section 7, in the words of somebody at the machine. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  1: 'device does not know this function',
  2: 'device has no such address',
  3: 'device refuses this value',
  4: 'device reports a failure',
  5: 'device needs more time',
  6: 'device is busy',
  8: 'device reports a memory error',
  10: 'gateway path not available',
  11: 'device behind the gateway is silent',
};

/** Why a value is not good: `no answer in time`, `device has no such address (2)`. */
export function causeWords(cause: string | undefined): string {
  if (cause === undefined) return '';
  const number = /^exception-(\d+)$/.exec(cause)?.[1];
  if (number !== undefined)
    return `${EXCEPTIONS[number] ?? 'device answers an exception'} (${number})`;
  return CAUSES[cause] ?? cause.replaceAll('-', ' ');
}

/** `good`, `stale: no answer in time`; `was good` when nobody can say how it is now. */
export function qualityWords(
  { quality, cause }: Pick<SampleJson, 'quality' | 'cause'>,
  isOld: boolean,
): string {
  const words = cause === undefined ? quality : `${quality}: ${causeWords(cause)}`;
  return isOld ? `was ${words}` : words;
}

const STATES: Readonly<Record<DeviceJson['state'], string>> = {
  waiting: 'not asked yet',
  good: 'good',
  failing: 'failing',
  silent: 'not answering',
};

/** `good`, `not answering`; `was good` when nobody can say how it is now. */
export function stateWords(state: DeviceJson['state'], isOld = false): string {
  return isOld ? `was ${STATES[state]}` : STATES[state];
}

/** `3 devices`, `1 device`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
