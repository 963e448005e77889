import { UsageError } from '../base/errors.ts';
import { formatDuration, parseDuration } from '../base/duration.ts';
import { localIso, utcIso } from '../base/time-format.ts';
import type { AddressBase } from '../profile/address.ts';
import { isByteOrder, parseType, type TypeName } from '../profile/type-name.ts';
import { hasOption, textOption, type CommandInput, type OptionSpec } from './command.ts';
import { FORMATS, type Format } from './render.ts';

/** Where and how to ask: shared by every command that talks to a device without a configuration. */
export const TARGET_OPTIONS: readonly OptionSpec[] = [
  {
    flags: '-u, --unit <ids>',
    help: 'Modbus unit id, also lists and ranges: 1,3,10-20 (default 1)',
    habits: { '-a': '--unit', '-s': '--unit', '--slave': '--unit' },
  },
  { flags: '-b, --baud <rate>', help: 'speed of a serial line (default 9600)' },
  { flags: '-P, --parity <letter>', help: 'parity of a serial line: N, E or O (default N)' },
  { flags: '--serial <settings>', help: 'all settings of a serial line: "9600 8N1"' },
  {
    flags: '-p, --profile <name>',
    help: 'names instead of numbers: schneider/pm8000, or a .yaml file',
  },
  { flags: '-c, --config <file>', help: 'site file whose devices may be named as target' },
  { flags: '--timeout <time>', help: 'how long to wait for an answer (default 1s)' },
  { flags: '--retries <n>', help: 'how often to ask again (default 1)' },
  {
    flags: '-v, --verbose <level>',
    help: '-v decisions, -vv requests, -vvv frames in hex',
    habits: { '-v': '--verbose=1', '-vv': '--verbose=2', '-vvv': '--verbose=3' },
  },
];

/** How numbers are meant and shown. */
export const VALUE_OPTIONS: readonly OptionSpec[] = [
  {
    flags: '-t, --type <type>',
    help: 'type of items that name none: u16, f32, str(14) (default u16)',
  },
  { flags: '--order <order>', help: 'byte order: ABCD, CDAB, BADC or DCBA (default ABCD)' },
  {
    flags: '--base <n>',
    help: 'addresses count from 0, as on the wire, or from 1',
    choices: ['0', '1'],
    habits: { '-0': '--base=0' },
  },
  { flags: '--modicon', help: 'addresses are 5-digit Modicon numbers: 40001 is the first' },
  { flags: '-f, --format <form>', help: `${FORMATS.join(', ')} (default table)`, choices: FORMATS },
  { flags: '--json', help: 'short for --format json' },
  { flags: '--utc', help: 'times in UTC instead of local time' },
  { flags: '-q, --quiet', help: 'values only: no head line, no notes' },
];

export interface ReadingOptions {
  readonly units: readonly number[];
  readonly timeoutMs: number;
  readonly retries: number;
  readonly verbosity: number;
  readonly type: TypeName;
  readonly base: AddressBase;
  readonly format: Format;
  readonly formatTime: (micros: number) => string;
  readonly quiet: boolean;
}

export function readingOptions(input: CommandInput): ReadingOptions {
  return {
    units: parseUnits(textOption(input, 'unit') ?? '1'),
    timeoutMs: durationOption(input, 'timeout') ?? 1000,
    retries: wholeOption(input, 'retries', 0, 10) ?? 1,
    verbosity: wholeOption(input, 'verbose', 0, 3) ?? 0,
    type: typeOption(input),
    base: baseOption(input),
    format: hasOption(input, 'json')
      ? 'json'
      : ((textOption(input, 'format') as Format | undefined) ?? 'table'),
    formatTime: hasOption(input, 'utc') ? utcIso : localIso,
    quiet: hasOption(input, 'quiet'),
  };
}

/** `1,3,10-20` as numbers, in the order written. */
export function parseUnits(text: string): readonly number[] {
  const units = text.split(',').flatMap((part) => {
    const [, first, last = first] = /^(\d{1,3})(?:[-:](\d{1,3}))?$/.exec(part.trim()) ?? [];
    const [from, to] = [Number(first), Number(last)];
    if (first === undefined || from > to || to > 255) {
      throw new UsageError(
        `--unit: "${part}" is no unit id, expected 0..255, a list or a range: 1,3,10-20`,
      );
    }
    return Array.from({ length: to - from + 1 }, (_, index) => from + index);
  });
  return [...new Set(units)];
}

/** Milliseconds of an option such as `500ms` or `5s`; a bare number is refused, since it may mean either. */
export function durationOption(input: CommandInput, name: string): number | undefined {
  const text = textOption(input, name);
  if (text === undefined) return undefined;
  const ms = parseDuration(text);
  if (ms === undefined || ms <= 0) {
    const guess = /^\d+$/.test(text) ? `: ${text} what? Write ${text}s or ${text}ms` : '';
    throw new UsageError(
      `--${name}: "${text}" is no duration, expected such as ${formatDuration(500)} or ${formatDuration(5000)}${guess}`,
    );
  }
  return ms;
}

export function wholeOption(
  input: CommandInput,
  name: string,
  min: number,
  max: number,
): number | undefined {
  const text = textOption(input, name);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < min || value > max) {
    throw new UsageError(`--${name}: "${text}" is not a whole number of ${min}..${max}`);
  }
  return value;
}

function typeOption(input: CommandInput): TypeName {
  const parsed = parseType(textOption(input, 'type') ?? 'u16');
  if ('message' in parsed) throw new UsageError(`--type: ${parsed.message}`);
  const order = textOption(input, 'order');
  if (order === undefined) return parsed;
  if (!isByteOrder(order)) {
    throw new UsageError(`--order: "${order}" is no byte order, expected ABCD, CDAB, BADC or DCBA`);
  }
  return { ...parsed, order };
}

function baseOption(input: CommandInput): AddressBase {
  if (hasOption(input, 'modicon')) return 'modicon';
  return textOption(input, 'base') === '1' ? 'one-based' : 'pdu';
}
