import { exceptionName } from '../base/errors.ts';
import { FIXED_TYPES, registersOf } from '../codec/value/value-type.ts';
import { modiconNumber, parseAddress, type Address } from '../profile/address.ts';
import { formatAddress, formatType } from '../profile/format.ts';
import { parsePointLine, type PointLine } from '../profile/grammar.ts';
import { parseItem } from '../profile/item.ts';
import type { Table, ValueType } from '../profile/point.ts';
import { parseType } from '../profile/type-name.ts';
import { EXIT } from './exit-code.ts';
import { interpretationTable } from './render-interpretations.ts';
import { renderTable } from './table.ts';

type Row = readonly string[];

/** One meaning that a text may have, in lines; undefined when it has none of the kind. */
type Explainer = (text: string) => readonly string[] | undefined;

/** Everything that `text` may mean, each meaning a block of lines. Empty when it means nothing. */
export function explanations(text: string): readonly (readonly string[])[] {
  return EXPLAINERS.map((explain) => explain(text.trim())).filter((block) => block !== undefined);
}

const EXPLAINERS: readonly Explainer[] = [
  explainTypes,
  explainType,
  explainOrder,
  explainWords,
  explainBareNumber,
  explainAddress,
  explainItem,
  explainPointLine,
  explainException,
  explainExitCode,
];

const TABLES: Readonly<Record<Table, string>> = {
  coil: 'coil',
  discrete: 'discrete input',
  input: 'input register',
  holding: 'holding register',
};

/** Areas of IEC 61131-3 that lead to each table. */
const IEC: Readonly<Record<Table, string>> = {
  coil: '%M',
  discrete: '%I',
  input: '%IW',
  holding: '%MW',
};

function table(rows: readonly Row[]): readonly string[] {
  const columns = Array.from({ length: 4 }, () => ({ title: '' }));
  return renderTable(columns, rows).slice(1);
}

function explainBareNumber(text: string): readonly string[] | undefined {
  const isHex = /^0x[0-9a-f]{1,4}$/i.test(text);
  if (!isHex && !/^(?:0|[1-9]\d{0,4})$/.test(text)) return undefined;
  const number = Number(text);
  if (number > 0xffff) return undefined;
  const rows: Row[] = [
    ['as written', `wire address ${number}, holding register`, `hr:${number}`, hex(number)],
  ];
  const [, digit = '', rest = ''] = /^([134])(\d{4})$/.exec(text) ?? [];
  if (Number(rest) > 0) rows.push(fiveDigits(digit, rest));
  if (number > 0) rows.push(['1-based', 'holding register', `hr:${number - 1}`]);
  rows.push([`%MW${number}`, 'holding register', `hr:${number}`]);
  return table(rows);
}

function fiveDigits(digit: string, rest: string): Row {
  const { address } = parseAddress(`${digit}0${rest}`);
  if (address === undefined) return [];
  const which = Number(rest) === 1 ? 'first' : `${Number(rest)}th`;
  return [
    'Modicon 5 digits',
    `${ordinal(Number(rest), which)} ${TABLES[address.table]}`,
    formatAddress(address),
    `write ${digit}0${rest} or ${digit}x${rest}`,
  ];
}

/** 2nd, 3rd, 21st; 11th to 13th are regular. */
function ordinal(number: number, otherwise: string): string {
  const teen = number % 100 >= 11 && number % 100 <= 13;
  const ending = teen || number === 1 ? undefined : ['st', 'nd', 'rd'][(number % 10) - 1];
  return ending === undefined ? otherwise : `${number}${ending}`;
}

function explainAddress(text: string): readonly string[] | undefined {
  if (/^(?:\d{1,5}|0x[0-9a-f]+)$/i.test(text)) return undefined;
  const { address } = parseAddress(text);
  return address === undefined ? undefined : addressTable(address);
}

function addressTable(found: Address): readonly string[] {
  const { table: kind, address, bit, type } = found;
  const what = TABLES[kind];
  const ofBit = bit === undefined ? '' : `bit ${bit} of `;
  const iec = { u32: '%MD', f32: '%MF' }[type as string] ?? IEC[kind];
  const digit = { coil: '0', discrete: '1', input: '3', holding: '4' }[kind];
  const short = kind !== 'coil' && address < 9_999;
  return table([
    ['on the wire', `${ofBit}${what} ${address}`, formatAddress(found), hex(address)],
    ...(kind === 'coil' ? [] : [['Modicon 6 digits', what, modiconNumber(kind, address)]]),
    ...(short
      ? [
          [
            'Modicon 5 digits',
            what,
            `${digit}${String(address + 1).padStart(4, '0')}`,
            'needs --modicon',
          ],
        ]
      : []),
    ['1-based', what, String(address + 1), 'needs --base 1'],
    ['IEC 61131-3', what, `${iec}${address}`],
  ]);
}

const ITEM_MARK = /[+:].*[+:]|^\d+[+:]/;

function explainItem(text: string): readonly string[] | undefined {
  if (/\s/.test(text) || !ITEM_MARK.test(text)) return undefined;
  const { item } = parseItem(text);
  if (item === undefined) return undefined;
  const { points, type, address } = item;
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const kind = TABLES[address.table];
  const end = last.address + last.count - 1;
  const span = first.address === end ? `${kind} ${end}` : `${kind}s ${first.address} to ${end}`;
  return [
    `${points.length === 1 ? 'one value' : `${points.length} values`} of type ${formatType(item)}, ${meaningOf(type)}`,
    `from ${span}`,
  ];
}

function explainPointLine(text: string): readonly string[] | undefined {
  if (!/\s/.test(text) || !/^(?:\d|%|(?:hr|ir|co|di):?\d)/i.test(text)) return undefined;
  if (isWordList(text)) return undefined;
  const { line, issues } = parsePointLine(text);
  if (line !== undefined) return pointTable(line);
  return issues.map(({ message, hint }) => (hint === undefined ? message : `${message}; ${hint}`));
}

function pointTable(line: PointLine): readonly string[] {
  const { table: kind, address, count, type, scale, access = 'ro', unit } = line;
  const where = count === 1 ? `${address}` : `${address} to ${address + count - 1}`;
  const { multiply, divide, offset } = scale;
  const factors = [
    ...(multiply === 1 ? [] : [`times ${multiply}`]),
    ...(divide === 1 ? [] : [`divided by ${divide}`]),
    ...(offset === 0 ? [] : [offset > 0 ? `plus ${offset}` : `minus ${-offset}`]),
  ];
  const who = { ro: 'can be read', rw: 'can be read and written', wo: 'can be written' }[access];
  return table([
    ['where', `${TABLES[kind]}${count === 1 ? '' : 's'} ${where}`, formatAddress(line)],
    ['type', meaningOf(type), formatType(line)],
    ['value', factors.length === 0 ? 'as it is on the wire' : `raw ${factors.join(', then ')}`],
    ['unit', unit ?? 'none'],
    ['access', who, access],
  ]);
}

function explainType(text: string): readonly string[] | undefined {
  const type = parseType(text);
  if ('message' in type) {
    // Another tool's name is answered with ours; any other word is no type at all.
    if (!/^[a-z_]\w*(?:@\w+)?$/i.test(text) || type.hint === undefined) return undefined;
    return type.hint.startsWith('did you mean') ? [`${type.message}, ${type.hint}`] : undefined;
  }
  const registers = registersOf(type.type, type.size);
  const width = registers === 1 ? '1 register' : `${registers} registers`;
  return [
    `${text}  ${meaningOf(type.type)}, ${type.type === 'bool' ? '1 coil, or one bit of a register' : width}`,
  ];
}

function explainTypes(text: string): readonly string[] | undefined {
  if (text !== 'types') return undefined;
  const sized: readonly ValueType[] = ['str', 'bytes'];
  return table([
    ...FIXED_TYPES.map((type) => [type, meaningOf(type), `${registersOf(type)}`]),
    ...sized.map((type) => [`${type}(n)`, meaningOf(type), 'n / 2']),
  ]);
}

const MEANINGS: Readonly<Record<ValueType, string>> = {
  bool: 'true or false',
  u8h: 'whole number 0 to 255 in the high byte',
  u8l: 'whole number 0 to 255 in the low byte',
  i8h: 'whole number -128 to 127 in the high byte',
  i8l: 'whole number -128 to 127 in the low byte',
  u16: 'whole number 0 to 65535',
  i16: 'whole number -32768 to 32767',
  u32: 'whole number 0 to 4294967295',
  i32: 'whole number -2147483648 to 2147483647',
  u64: 'whole number 0 to 18446744073709551615',
  i64: 'whole number with sign, 64 bits',
  f16: 'floating point, 3 digits (IEEE 754 half)',
  f32: 'floating point, 7 digits (IEEE 754 single)',
  f64: 'floating point, 15 digits (IEEE 754 double)',
  bcd16: '4 decimal digits, one in each 4 bits',
  bcd32: '8 decimal digits, one in each 4 bits',
  mod10k32: '8 decimal digits, 0 to 9999 in each register',
  bits16: '16 bits, each with a meaning of its own',
  bits32: '32 bits, each with a meaning of its own',
  unix32: 'seconds since 1970-01-01 UTC',
  ymdhms: 'year, month, day, hour, minute, second in a register each',
  str: 'text of n bytes',
  bytes: 'n bytes, shown in hex',
};

function meaningOf(type: ValueType): string {
  return MEANINGS[type];
}

const ORDERS: Readonly<Record<string, string>> = {
  ABCD: 'ABCD  big-endian, as the specification has it: 0x12345678 is 1234 5678',
  CDAB: 'CDAB  words swapped, low word first: 0x12345678 is 5678 1234',
  BADC: 'BADC  bytes swapped within each word: 0x12345678 is 3412 7856',
  DCBA: 'DCBA  little-endian: 0x12345678 is 7856 3412',
};

function explainOrder(text: string): readonly string[] | undefined {
  const order = ORDERS[text.replace(/^@/, '').toUpperCase()];
  return order === undefined ? undefined : [order];
}

/** `f156 4278`, `0xF156`, `0xF156 0x4278`: words as a log or another tool prints them. */
function explainWords(text: string): readonly string[] | undefined {
  if (!isWordList(text)) return undefined;
  const words = text.split(/[\s,]+/).map((word) => parseInt(word.replace(/^0x/i, ''), 16));
  if (words.length > MAX_WORDS) return undefined;
  return interpretationTable(words);
}

const MAX_WORDS = 125;

function isWordList(text: string): boolean {
  const words = text.split(/[\s,]+/);
  if (words.length === 1) return /^0x[0-9a-f]{4}$/i.test(text);
  return words.every((word) => /^(?:0x)?[0-9a-f]{4}$/i.test(word));
}

function explainException(text: string): readonly string[] | undefined {
  const [, hexCode, code = hexCode] =
    /^(?:exception[ :-]?)?(?:0x([0-9a-f]{1,2})|(\d{1,3}))$/i.exec(text) ?? [];
  if (code === undefined) return undefined;
  const number = hexCode === undefined ? Number(code) : parseInt(hexCode, 16);
  const what = EXCEPTIONS[number];
  const isNamed = /^exception/i.test(text);
  if (what === undefined)
    return isNamed ? [`exception ${number}  not in the specification: see the manual`] : undefined;
  return [`exception ${number}  ${exceptionName(number)}: ${what}`];
}

/** V1.1b3, section 7, in the words of somebody who stands in front of the device. */
const EXCEPTIONS: Readonly<Record<number, string>> = {
  1: 'the device does not know this function; try another table (ir: instead of hr:)',
  2: 'there is no such register, or the block reaches beyond the last one; check whether the manual counts from 1',
  3: 'the value, or the number of registers asked for, is not allowed',
  4: 'the device failed while it did what was asked',
  5: 'the device has begun and needs longer; ask again later',
  6: 'the device is busy; ask again later',
  8: 'the memory of the device has a parity error',
  10: 'the gateway does not know a way to this unit',
  11: 'the gateway asked, and nobody on its line answered: wrong unit id, no power, or a broken line',
};

const EXIT_CODES: Readonly<Record<keyof typeof EXIT, string>> = {
  ok: 'all good',
  other: 'another error, or a check that failed',
  usage: 'the command line has no meaning',
  config: 'the configuration has mistakes',
  cannotOpen: 'cannot open: refused, no such port, no permission',
  noAnswer: 'no answer in time',
  exception: 'the device answered with an exception',
  damaged: 'the answer was damaged',
  partly: 'some values are good, some are not',
  refused: 'a write was refused by our own limits',
  differs: 'written, but read back differently',
  interrupted: 'stopped by Ctrl-C',
};

function explainExitCode(text: string): readonly string[] | undefined {
  const [, named, code] = /^(exit(?:[ -]code)?[ :]?)?(\d{1,3})$/i.exec(text) ?? [];
  const names = Object.keys(EXIT) as (keyof typeof EXIT)[];
  const name = names.find((one) => code !== undefined && EXIT[one] === Number(code));
  if (name !== undefined) return [`exit code ${code ?? ''}  ${EXIT_CODES[name]}`];
  return named === undefined ? undefined : [`exit code ${code ?? ''}  dinrail never ends with it`];
}

function hex(number: number): string {
  return `0x${number.toString(16).toUpperCase().padStart(4, '0')}`;
}
