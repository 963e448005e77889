import { parseDuration } from '../base/duration.ts';
import { UsageError } from '../base/errors.ts';
import { faultShare, type FaultSpec } from './faults.ts';

/** The faults as people write them, each by its name: `{ drop: '5%', silent: '20s/90s' }`. */
export type FaultTexts = Readonly<Partial<Record<keyof FaultSpec, string>>>;

/** Longer than most clients wait. */
const LATE_BY_MS = 1_500;

/** What each fault looks like, for help and for messages. */
export const FAULT_FORMS: Readonly<Record<keyof FaultSpec, string>> = {
  drop: '5%',
  delay: '200ms or 100ms..300ms',
  exception: '2 or 2:5%',
  crc: '1%',
  late: '5% or 5%:3s',
  previous: '2%',
  silent: '20s/90s',
};

/** Throws UsageError, saying what is expected. Undefined when there are none. */
export function parseFaults(texts: FaultTexts): FaultSpec | undefined {
  const spec: FaultSpec = {
    ...of(texts, 'drop', share),
    ...of(texts, 'crc', share),
    ...of(texts, 'previous', share),
    ...of(texts, 'late', late),
    ...of(texts, 'exception', exception),
    ...of(texts, 'delay', delay),
    ...of(texts, 'silent', silent),
  };
  const sum = faultShare(spec);
  // The shares are written in decimal and added in binary.
  if (sum > 1 + 1e-9) {
    throw new UsageError(`the faults add up to ${Math.round(sum * 100)} %, expected 100 % at most`);
  }
  return Object.keys(spec).length === 0 ? undefined : spec;
}

function of<Name extends keyof FaultSpec>(
  texts: FaultTexts,
  name: Name,
  parse: (text: string) => FaultSpec[Name] | undefined,
): Pick<FaultSpec, Name> | undefined {
  const text = texts[name];
  if (text === undefined) return undefined;
  const parsed = parse(text.trim());
  if (parsed === undefined) {
    throw new UsageError(`--${name}: "${text}", expected such as ${FAULT_FORMS[name]}`);
  }
  return { [name]: parsed } as Pick<FaultSpec, Name>;
}

function share(text: string): number | undefined {
  const percent = Number(/^(\d+(?:\.\d+)?) ?%$/.exec(text)?.[1]);
  return percent <= 100 ? percent / 100 : undefined;
}

function late(text: string): FaultSpec['late'] | undefined {
  const [first = '', time] = text.split(':');
  const [part, byMs] = [share(first), time === undefined ? LATE_BY_MS : parseDuration(time)];
  return part === undefined || byMs === undefined ? undefined : { share: part, byMs };
}

function exception(text: string): FaultSpec['exception'] | undefined {
  const [first = '', second = '100%'] = text.split(':');
  const [code, part] = [Number(first), share(second)];
  if (!/^\d+$/.test(first) || code < 1 || code > 255 || part === undefined) return undefined;
  return { code, share: part };
}

function delay(text: string): FaultSpec['delay'] | undefined {
  const [first = '', second = first] = text.split('..');
  const [minMs, maxMs] = [parseDuration(first), parseDuration(second)];
  if (minMs === undefined || maxMs === undefined || minMs > maxMs) return undefined;
  return { minMs, maxMs };
}

function silent(text: string): FaultSpec['silent'] | undefined {
  const [forMs, everyMs] = text.split('/').map(parseDuration);
  if (forMs === undefined || everyMs === undefined || everyMs === 0 || forMs > everyMs) {
    return undefined;
  }
  return { forMs, everyMs };
}
