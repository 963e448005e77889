import type { DeviceJson, SampleJson } from '../../../src/api/contract.ts';
import { isKey, t } from './language.ts';

/**
 * Why a value is not good: `no answer in time`, `device has no such address (2)`. The words for an
 * exception are those of somebody at the machine (Application Protocol V1.1b3, section 7).
 */
export function causeWords(cause: string | undefined): string {
  if (cause === undefined) return '';
  const number = /^exception-(\d+)$/.exec(cause)?.[1];
  if (number !== undefined) {
    const key = `exception.${number}`;
    return `${t(isKey(key) ? key : 'exception.other')} (${number})`;
  }
  const key = `cause.${cause}`;
  return isKey(key) ? t(key) : cause.replaceAll('-', ' ');
}

/** `good`, `stale: no answer in time`; `was good` when nobody can say how it is now. */
export function qualityWords(
  { quality, cause }: Pick<SampleJson, 'quality' | 'cause'>,
  isOld: boolean,
): string {
  const word = t(`quality.${quality}`);
  const words =
    cause === undefined ? word : t('quality.because', { quality: word, cause: causeWords(cause) });
  return isOld ? t('state.was', { state: words }) : words;
}

/** `good`, `not answering`; `was good` when nobody can say how it is now. */
export function stateWords(state: DeviceJson['state'], isOld = false): string {
  const words = t(`state.${state}`);
  return isOld ? t('state.was', { state: words }) : words;
}

/** What can be counted, each with its forms in every language. */
export type Noun = 'request' | 'device' | 'point' | 'timeout' | 'exception' | 'value';

/** `3 devices`, `1 device`. */
export function count(n: number, noun: Noun): string {
  return t(`count.${noun}`, { n });
}
