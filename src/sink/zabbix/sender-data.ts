import { SinkUnavailableError } from '../../base/errors.ts';

/** One value on its way to an item. */
export interface SenderValue {
  readonly host: string;
  readonly key: string;
  readonly value: string;
  /** Seconds since 1970, and the nanoseconds that are left. */
  readonly clock: number;
  readonly ns: number;
}

/** Seconds and nanoseconds of a time in microseconds. */
export function zabbixTime(micros: number): { clock: number; ns: number } {
  const clock = Math.floor(micros / 1_000_000);
  return { clock, ns: (micros - clock * 1_000_000) * 1000 };
}

/**
 * The question that carries values. It has no clock of its own: a server would take the difference to
 * its clock for a mistake of ours and move the values by it.
 */
export function senderData(values: readonly SenderValue[]): string {
  return JSON.stringify({ request: 'sender data', data: values });
}

/** What became of a packet. */
export interface SenderResult {
  readonly processed: number;
  readonly failed: number;
  /** As the server said it. */
  readonly info: string;
}

/** Reads an answer; `success` says nothing about single values, the counts in its text do. */
export function senderResult(answer: string): SenderResult {
  const { response, info } = answerFields(answer);
  if (response !== 'success') {
    throw new SinkUnavailableError(
      `the zabbix server answers ${response}${info === '' ? '' : `: ${info}`}`,
    );
  }
  const counts = /processed:? (\d+);? failed:? (\d+)/i.exec(info.replaceAll(',', ''));
  if (counts === null) {
    throw new SinkUnavailableError(`the zabbix server does not say what it took: ${info}`);
  }
  return { processed: Number(counts[1]), failed: Number(counts[2]), info };
}

function answerFields(answer: string): { response: string; info: string } {
  let parsed: unknown;
  try {
    parsed = JSON.parse(answer);
  } catch (cause) {
    throw new SinkUnavailableError('the zabbix server answers no JSON', { cause });
  }
  const { response, info } = (parsed ?? {}) as { response?: unknown; info?: unknown };
  return {
    response: typeof response === 'string' ? response : 'nothing that is a response',
    info: typeof info === 'string' ? info : '',
  };
}
