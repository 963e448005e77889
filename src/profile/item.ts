import { registersOf } from '../codec/value/value-type.ts';
import { parseAddress, type Address, type AddressOptions } from './address.ts';
import { formatAddress, isBitTable } from './format.ts';
import type { SpecIssue } from './issue.ts';
import {
  UNSCALED,
  type ByteOrder,
  type PointKind,
  type RegisterPoint,
  type ValueType,
} from './point.ts';
import { parseType, type TextProblem, type TypeName } from './type-name.ts';

/** What the command line asks for: `hr:3000+6:f32` is six floats from register 3000. */
export interface Item {
  readonly address: Address;
  readonly type: ValueType;
  readonly order: ByteOrder;
  /** Bytes of a `str` or `bytes`. */
  readonly size?: number;
  /** Values, not registers. */
  readonly count: number;
  /** Each value as a point, named by its address. */
  readonly points: readonly RegisterPoint[];
}

export interface ItemOptions extends AddressOptions {
  /** Type and order of an item that names none; a bit is always `bool`. Default `u16@ABCD`. */
  readonly type?: TypeName;
}

export interface ParsedItem {
  /** Absent when there is an error among the issues. */
  readonly item?: Item;
  readonly issues: readonly SpecIssue[];
}

const SHAPE = /^((?:[a-z]+:)?[^+:]*)(?:\+([^:]*))?(?::(.*))?$/i;

/** Reads ITEM := ADDRESS [ "+" COUNT ] [ ":" TYPE [ "@" ORDER ] ]. */
export function parseItem(text: string, options: ItemOptions = {}): ParsedItem {
  const [, place = text, count, type] = SHAPE.exec(text) ?? [];
  const { address, issues } = parseAddress(place, options);
  const named = type === undefined ? undefined : parseType(type);
  const problems = [
    countProblem(count, place.length + 1),
    typeProblem(named, text.length - (type?.length ?? 0)),
  ].filter((problem) => problem !== undefined);
  if (address !== undefined && problems.length === 0) {
    const item = makeItem(address, named as TypeName | undefined, Number(count ?? 1), options);
    if (typeof item !== 'string') return { item, issues };
    problems.push({ span: [0, text.length], message: item });
  }
  return { issues: [...issues, ...problems.map((problem) => issueOf(text, problem))] };
}

function issueOf(text: string, problem: TextProblem): SpecIssue {
  const message = `"${text}": ${problem.message}`;
  return { path: [], severity: 'error', ...problem, message };
}

function countProblem(count: string | undefined, start: number): TextProblem | undefined {
  if (count === undefined || /^0*[1-9]\d*$/.test(count)) return undefined;
  const message = `"${count}" is no number of values`;
  return { span: [start, start + count.length], message };
}

function typeProblem(
  named: TypeName | TextProblem | undefined,
  start: number,
): TextProblem | undefined {
  if (named === undefined || !('message' in named)) return undefined;
  return { ...named, span: [start + named.span[0], start + named.span[1]] };
}

/** The item, or what forbids it. */
function makeItem(
  address: Address,
  named: TypeName | undefined,
  count: number,
  options: ItemOptions,
): Item | string {
  const isBit = address.bit !== undefined || isBitTable(address.table);
  const { type, size, order } = named ?? understoodType(address, isBit, options);
  if (isBit && type !== 'bool') return `${type} does not fit into one bit`;
  if (address.bit !== undefined && count > 1) {
    return 'bits of a register are asked for one at a time';
  }
  const width = registersOf(type, size);
  if (address.address + count * width > 0x1_0000) {
    return `${count} values from ${address.address} end behind address 65535`;
  }
  const shape = {
    type,
    order: order ?? options.type?.order ?? 'ABCD',
    ...(size !== undefined && { size }),
  };
  const points = Array.from({ length: count }, (_, index) =>
    pointAt({ ...address, address: address.address + index * width }, shape, width),
  );
  return { address, ...shape, count, points };
}

function understoodType({ type }: Address, isBit: boolean, options: ItemOptions): TypeName {
  if (isBit) return { type: 'bool' };
  return type === undefined ? (options.type ?? { type: 'u16' }) : { type };
}

function pointAt(
  { table, address, bit }: Address,
  shape: Pick<RegisterPoint, 'type' | 'order' | 'size'>,
  count: number,
): RegisterPoint {
  const place = { table, address, ...(bit !== undefined && { bit }) };
  return {
    name: formatAddress(place),
    ...place,
    ...shape,
    count,
    scale: UNSCALED,
    access: table === 'input' || table === 'discrete' ? 'ro' : 'rw',
    kind: kindOf(shape.type),
  };
}

/** What kind of quantity a type holds where nothing else is said. */
export function kindOf(type: ValueType): PointKind {
  if (type === 'bool' || type === 'bits16' || type === 'bits32') return 'state';
  if (type === 'str' || type === 'bytes') return 'text';
  return type === 'unix32' || type === 'ymdhms' ? 'time' : 'gauge';
}
