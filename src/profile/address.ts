import { isBitTable, TABLE_PREFIXES } from './format.ts';
import type { SpecIssue } from './issue.ts';
import type { Table, ValueType } from './point.ts';

/**
 * How bare numbers count. `pdu`: as on the wire, the first register is 0. `one-based`: the first is
 * 1. `modicon`: 40001 or 400001, the table in the leading digit.
 */
export type AddressBase = 'pdu' | 'one-based' | 'modicon';

export const ADDRESS_BASES: readonly AddressBase[] = ['pdu', 'one-based', 'modicon'];

export interface AddressOptions {
  /** Default `pdu`. */
  readonly base?: AddressBase;
  /** Table of a number without a mark. Default `holding`. */
  readonly table?: Table;
  /** Added to every address. Default 0. */
  readonly indexShift?: number;
  /** Whether a number that looks like Modicon notation is worth a remark. Default true. */
  readonly notes?: boolean;
}

export interface Address {
  readonly table: Table;
  /** Zero-based, as on the wire. */
  readonly address: number;
  /** Bit of a register, 0..15. */
  readonly bit?: number;
  /** The type that the notation itself names: `%MF100` is an f32. */
  readonly type?: ValueType;
}

export interface ParsedAddress {
  /** Absent when there is an error among the issues. */
  readonly address?: Address;
  readonly issues: readonly SpecIssue[];
}

const LAST_ADDRESS = 0xffff;

const TABLES_BY_PREFIX: Readonly<Record<string, Table>> = {
  hr: 'holding',
  ir: 'input',
  co: 'coil',
  di: 'discrete',
};

/** What other tools call the tables, for a suggestion. */
const OTHER_PREFIXES: Readonly<Record<string, string>> = {
  h: 'hr',
  holding: 'hr',
  reg: 'hr',
  i: 'ir',
  input: 'ir',
  c: 'co',
  coil: 'co',
  coils: 'co',
  d: 'di',
  discrete: 'di',
};

const TABLES_BY_DIGIT: Readonly<Record<string, Table>> = {
  '0': 'coil',
  '1': 'discrete',
  '3': 'input',
  '4': 'holding',
};

/** IEC 61131-3 names as Schneider and CODESYS map them. */
const IEC_AREAS: Readonly<Record<string, { table: Table; type: ValueType }>> = {
  MW: { table: 'holding', type: 'u16' },
  MD: { table: 'holding', type: 'u32' },
  MF: { table: 'holding', type: 'f32' },
  IW: { table: 'input', type: 'u16' },
  M: { table: 'coil', type: 'bool' },
  I: { table: 'discrete', type: 'bool' },
};

const EXAMPLES = 'write hr:100, ir:100, co:5 or di:5';

/** Could this be meant as an address, rather than as the name of a point? */
export function isAddressLike(text: string): boolean {
  return /^(?:\d|%|[a-z]+:|(?:hr|ir|co|di)\d)/i.test(text);
}

/**
 * Reads one address in any of the notations that cannot be confused: `hr:100`, `100`, `hr:0x64`,
 * `hr:100.3`, `400101`, `4x0101`, `%MW100`. Nothing is ever subtracted by guessing from the size of
 * a number: what counts from 1 is said by `base`, or by a mark.
 */
export function parseAddress(text: string, options: AddressOptions = {}): ParsedAddress {
  const found = readNotation(text, options);
  if ('message' in found) return failed(text, found);
  const address = found.address + (options.indexShift ?? 0);
  if (address < 0 || address > LAST_ADDRESS) {
    return failed(text, { message: `${text} is wire address ${address}, expected 0..65535` });
  }
  if (found.bit !== undefined) {
    if (isBitTable(found.table)) {
      return failed(text, { message: `${text} names a bit of what is a single bit already` });
    }
    if (found.bit > 15) {
      return failed(text, { message: `a register has bits 0..15, and ${text} names ${found.bit}` });
    }
  }
  const note = options.notes === false ? undefined : noteOn(text, options);
  return { address: { ...found, address }, issues: note === undefined ? [] : [note] };
}

interface Problem {
  readonly message: string;
  readonly hint?: string;
}

function failed(text: string, problem: Problem): ParsedAddress {
  return { issues: [{ path: [], span: [0, text.length], severity: 'error', ...problem }] };
}

function readNotation(text: string, options: AddressOptions): Address | Problem {
  const [, notation = '', bit] = /^(.*?)(?:\.(\d+))?$/.exec(text) ?? [];
  const found = NOTATIONS.map(({ shape, read }) => {
    const match = shape.exec(notation);
    return match === null ? undefined : read(text, match, options);
  }).find((result) => result !== undefined);
  if (found === undefined) {
    return { message: `"${text}" is no address`, hint: suggestPrefix(text) ?? EXAMPLES };
  }
  if ('message' in found || bit === undefined) return found;
  return { ...found, type: 'bool', bit: Number(bit) };
}

interface Notation {
  readonly shape: RegExp;
  readonly read: (
    text: string,
    match: RegExpExecArray,
    options: AddressOptions,
  ) => Address | Problem;
}

const NOTATIONS: readonly Notation[] = [
  {
    shape: /^(hr|ir|co|di):?(0x[0-9a-f]+|\d+)$/i,
    read: (text, [, prefix = '', number = ''], { base = 'pdu' }) => {
      const table = TABLES_BY_PREFIX[prefix.toLowerCase()] ?? 'holding';
      return readMarked(text, table, Number(number), base);
    },
  },
  {
    shape: /^([134])x(\d{1,5})$/i,
    read: (text, [, digit = '', number = '']) => readModicon(text, digit, number),
  },
  {
    shape: /^%([a-z]+)(\d+)$/i,
    read: (text, [, area = '', number]) => readIec(text, area, Number(number)),
  },
  {
    shape: /^(?:0x[0-9a-f]+|\d+)$/i,
    read: (text, [number], options) => readBare(text, number, options),
  },
];

function readMarked(
  text: string,
  table: Table,
  value: number,
  base: AddressBase,
): Address | Problem {
  if (base === 'pdu') return { table, address: value };
  if (base === 'one-based') return oneBased(text, table, value);
  return {
    message: `"${text}" does not say from where it counts where addresses are Modicon numbers`,
    hint: `write ${modiconNumber(table, value)} for wire address ${value}`,
  };
}

function oneBased(text: string, table: Table, value: number): Address | Problem {
  if (value > 0) return { table, address: value - 1 };
  return { message: `"${text}" does not exist where addresses count from 1` };
}

function readModicon(text: string, digit: string, number: string): Address | Problem {
  const value = Number(number);
  const table = TABLES_BY_DIGIT[digit];
  if (table !== undefined && value >= 1 && value <= LAST_ADDRESS + 1) {
    return { table, address: value - 1 };
  }
  return { message: `"${text}" is no Modicon number: they count from 1 to 65536` };
}

function readIec(text: string, area: string, address: number): Address | Problem {
  const found = IEC_AREAS[area.toUpperCase()];
  if (found !== undefined) return { ...found, address };
  return { message: `"${text}": no area is named %${area}`, hint: 'known: %MW %MD %MF %IW %M %I' };
}

function readBare(
  text: string,
  number: string,
  { base = 'pdu', table = 'holding' }: AddressOptions,
): Address | Problem {
  const isHex = /^0x/i.test(number);
  if (/^[134]\d{5}$/.test(number)) return readModicon(text, number.slice(0, 1), number.slice(1));
  if (base === 'modicon') return readModiconBare(text, number, isHex);
  if (/^0\d/.test(number)) {
    return {
      message: `"${text}" begins with a zero, which says different things to different people`,
      hint: `write ${Number(number)}, or co:${Math.max(Number(number) - 1, 0)} for a Modicon coil`,
    };
  }
  const value = Number(number);
  return base === 'one-based' ? oneBased(text, table, value) : { table, address: value };
}

function readModiconBare(text: string, number: string, isHex: boolean): Address | Problem {
  if (!isHex) {
    const [, digit, rest = ''] = /^([0134])(\d{4,5})$/.exec(number) ?? [];
    if (digit !== undefined) return readModicon(text, digit, rest);
    // Coils lose their leading zeros on the way through spreadsheets and YAML.
    if (number.length <= 4) return readModicon(text, '0', number);
  }
  return {
    message: `"${text}" is no Modicon number`,
    hint: 'write 40001 or 400001 for the first holding register, 30001 for the first input register',
  };
}

/** The six-digit number of an address, such as 400101 for holding register 100. */
export function modiconNumber(table: Table, address: number): string {
  const digit = { coil: '0', discrete: '1', input: '3', holding: '4' }[table];
  return `${digit}${String(address + 1).padStart(5, '0')}`;
}

function suggestPrefix(text: string): string | undefined {
  const [, word = '', rest = ''] = /^([a-z]+):(.+)$/i.exec(text) ?? [];
  const prefix = OTHER_PREFIXES[word.toLowerCase()];
  if (prefix !== undefined) return `did you mean ${prefix}:${rest}?`;
  const known = Object.values(TABLE_PREFIXES).join(' ');
  return word === '' ? undefined : `tables are ${known}: ${EXAMPLES}`;
}

function noteOn(text: string, { base = 'pdu' }: AddressOptions): SpecIssue | undefined {
  if (base !== 'pdu' || !/^[134]\d{4}(?:\.\d+)?$/.test(text)) return undefined;
  const number = parseInt(text, 10);
  const sixDigits = sixDigitsOf(number);
  if (sixDigits === undefined) return undefined;
  return {
    path: [],
    span: [0, text.length],
    severity: 'note',
    message: `${text} is read as wire address ${number}. Modicon? write ${sixDigits}`,
  };
}

/** 400101 for 40101, the other reading of a five-digit number; undefined when it has none. */
function sixDigitsOf(number: number): string | undefined {
  const [digit, rest] = [Math.floor(number / 10_000), number % 10_000];
  return rest === 0 ? undefined : `${digit}${String(rest).padStart(5, '0')}`;
}

/** The same remark for the command line; undefined for numbers that have one reading only. */
export function modiconNote(number: number): string | undefined {
  const digit = String(Math.floor(number / 10_000));
  const table = { '1': 'discrete input', '3': 'input register', '4': 'holding register' }[digit];
  const sixDigits = sixDigitsOf(number);
  if (table === undefined || sixDigits === undefined) return undefined;
  const rest = number % 10_000;
  const which = rest === 1 ? `the first ${table}` : `${table} ${rest}`;
  return (
    `read wire address ${number}. If your manual says ${number} for ${which}, ` +
    `use ${sixDigits} or --modicon.`
  );
}
