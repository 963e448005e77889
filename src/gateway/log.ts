import { pino } from 'pino';
import type { LogFields, Logger } from '../base/log.ts';
import { localIso } from '../base/time-format.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
export type LogFormat = 'text' | 'json';

interface LogRecord {
  readonly level: string;
  readonly time: number;
  readonly msg: string;
  readonly [field: string]: unknown;
}

/** Fields that stand in front of the sentence, because they say whose it is. */
const SUBJECTS = ['line', 'device', 'sink'] as const;

/**
 * Log lines for people or, as JSON, for machines. `write` gets whole lines, each with its line feed.
 * For people: `2026-02-27T10:37:29.412+01:00 warn  meter: does not answer: …`.
 */
export function createLogger(
  write: (text: string) => void,
  options: { readonly level: LogLevel; readonly format: LogFormat },
): Logger {
  const out = pino(
    {
      level: options.level,
      base: null,
      formatters: { level: (level) => ({ level }) },
    },
    { write: (line: string) => write(options.format === 'json' ? line : sentence(line)) },
  );
  const at =
    (level: LogLevel) =>
    (message: string, fields: LogFields = {}): void => {
      out[level](fields, message);
    };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

function sentence(line: string): string {
  const { level, time, msg, ...fields } = JSON.parse(line) as LogRecord;
  const subject = SUBJECTS.map((name) => fields[name]).findLast(
    (value) => typeof value === 'string',
  );
  const rest = Object.entries(fields)
    .filter(([name]) => !(SUBJECTS as readonly string[]).includes(name))
    .map(([name, value]) => ` ${name}=${JSON.stringify(value)}`)
    .join('');
  const who = subject === undefined ? '' : `${subject}: `;
  return `${localIso(time * 1000)} ${level.padEnd(5)} ${who}${msg}${rest}\n`;
}
