import { registersOf } from '../codec/value/value-type.ts';
import { parseAddress, type Address, type AddressBase } from './address.ts';
import { isBitTable } from './format.ts';
import type { SpecIssue } from './issue.ts';
import { UNSCALED, type Access, type ByteOrder, type Scale, type Table } from './point.ts';
import type { ValueType } from './point.ts';
import { accessProblem, scaleProblem, unitProblem } from './point-rules.ts';
import { divideBy, multiplyBy } from './scaling.ts';
import { isTypeLike, parseType, type TypeName } from './type-name.ts';

/** What a line leaves out. */
export interface LineDefaults {
  readonly base: AddressBase;
  /** Added to every address. */
  readonly indexShift: number;
  readonly table: Table;
  /** Type of a register without one, after which the unit may follow at once. Else it is u16. */
  readonly type?: ValueType;
  readonly order: ByteOrder;
  /** Whether numbers that look like Modicon notation get a note. */
  readonly notes: boolean;
  /** Numbers that a line may have by name: `hr:$start u16`. Default: none. */
  readonly params?: ReadonlyMap<string, number>;
}

export const LINE_DEFAULTS: LineDefaults = {
  base: 'pdu',
  indexShift: 0,
  table: 'holding',
  order: 'ABCD',
  notes: true,
};

/** A point as one line says it: everything but its name and what only the long form can say. */
export interface PointLine {
  readonly table: Table;
  readonly address: number;
  readonly bit?: number;
  readonly type: ValueType;
  readonly size?: number;
  readonly order: ByteOrder;
  readonly count: number;
  readonly scale: Scale;
  /** Absent when the line says nothing; then it is `ro`. */
  readonly access?: Access;
  readonly unit?: string;
}

export interface ParsedLine {
  /** Absent when there is an error among the issues. */
  readonly line?: PointLine;
  readonly issues: readonly SpecIssue[];
}

const SHAPE = 'address type /10 +5 rw unit';

/**
 * Reads `[table:]address[.bit] type[@order] [*scale | /divisor] [+offset | -offset] [ro|rw|wo] [unit]`.
 * Every mistake of the line is reported, each with its own characters.
 */
export function parsePointLine(text: string, defaults: LineDefaults = LINE_DEFAULTS): ParsedLine {
  if (!text.includes('$')) return new LineParser(text, defaults).parse();
  const unknown = [...text.matchAll(PARAM)].filter(([, name = '']) => !defaults.params?.has(name));
  if (unknown.length > 0) return { issues: unknown.map((match) => unknownParam(text, match)) };
  const filled = text.replaceAll(PARAM, (_, name: string) => String(defaults.params?.get(name)));
  const { line, issues } = new LineParser(filled, defaults).parse();
  // The characters of the filled line are not those that somebody wrote.
  const placeless = issues.map(({ span: _, ...issue }) => issue);
  return { ...(line !== undefined && { line }), issues: placeless };
}

const PARAM = /\$([a-z][a-z0-9_]*)/g;

function unknownParam(text: string, match: RegExpExecArray): SpecIssue {
  const span = [match.index, match.index + match[0].length] as const;
  const message = `"${text}": no param is named "${match[1] ?? ''}"`;
  return { path: [], severity: 'error', span, message };
}

interface Token {
  readonly text: string;
  readonly start: number;
}

/** The parts behind the type, in the order in which they may stand. */
type Part = 'scale' | 'offset' | 'access' | 'unit';
const PARTS: readonly Part[] = ['scale', 'offset', 'access', 'unit'];

class LineParser {
  readonly #text: string;
  readonly #defaults: LineDefaults;
  readonly #tokens: Token[];
  readonly #issues: SpecIssue[] = [];
  readonly #parts = new Map<Part, Token>();

  constructor(text: string, defaults: LineDefaults) {
    this.#text = text;
    this.#defaults = defaults;
    this.#tokens = [...text.matchAll(/\S+/g)].map((match) => ({
      text: match[0],
      start: match.index,
    }));
  }

  parse(): ParsedLine {
    const first = this.#tokens.shift();
    if (first === undefined) {
      this.#complain({ text: '', start: 0 }, 'an address is missing', `write ${SHAPE}`);
      return { issues: this.#issues };
    }
    const address = this.#address(first);
    const type = this.#type(address);
    for (const token of this.#tokens) this.#sort(token);
    const line = address && type && this.#line(first, address, type);
    const failed = this.#issues.some(({ severity }) => severity === 'error');
    return failed || line === undefined ? { issues: this.#issues } : { line, issues: this.#issues };
  }

  #address(token: Token): Address | undefined {
    const { base, table, indexShift, notes } = this.#defaults;
    const { address, issues } = parseAddress(token.text, { base, table, indexShift, notes });
    for (const issue of issues) {
      const span = [token.start, token.start + token.text.length] as const;
      this.#issues.push({ ...issue, span });
    }
    return address;
  }

  /** The type, written or understood. Undefined when a mistake leaves it open. */
  #type(address: Address | undefined): TypeName | undefined {
    const isBit = address !== undefined && isOneBit(address);
    const understood = isBit ? 'bool' : (address?.type ?? this.#defaults.type);
    const token = this.#tokens[0];
    if (token === undefined || !isWordOfType(token.text, isBit ? undefined : understood)) {
      return { type: understood ?? 'u16' };
    }
    this.#tokens.shift();
    const type = parseType(token.text);
    if ('message' in type) {
      const [start, end] = type.span;
      const part = { text: token.text.slice(start, end), start: token.start + start };
      this.#complain(part, type.message, type.hint);
      return undefined;
    }
    if (!isBit || type.type === 'bool') return type;
    this.#complain(token, `${type.type} does not fit into one bit`, 'one bit is a bool');
    return undefined;
  }

  #sort(token: Token): void {
    const part = partOf(token.text);
    const [last] = [...this.#parts.keys()].slice(-1);
    const misplaced = last !== undefined && PARTS.indexOf(part) <= PARTS.indexOf(last);
    if (token.text.startsWith('@')) {
      this.#complain(token, 'an order stands right behind its type', 'such as f32@CDAB');
    } else if (/^(?:r\/?w|ro|wo)$/i.test(token.text) && part === 'unit') {
      const access = token.text.toLowerCase().replace('/', '');
      this.#complain(token, `"${token.text}" is no unit`, `did you mean ${access}?`);
    } else if (misplaced) {
      const message =
        last === 'unit' && part === 'unit'
          ? `unexpected "${token.text}": a unit has no spaces`
          : `"${token.text}" stands in the wrong place`;
      this.#complain(token, message, `the order is: ${SHAPE}`);
    } else {
      this.#parts.set(part, token);
    }
  }

  #line(first: Token, address: Address, type: TypeName): PointLine | undefined {
    const count = registersOf(type.type, type.size);
    if (address.address + count > 0x1_0000) {
      this.#complain(first, `${count} registers from ${address.address} end behind address 65535`);
      return undefined;
    }
    const unit = this.#unit(type);
    const access = this.#access(address, type);
    const { table, bit } = address;
    return {
      table,
      address: address.address,
      ...(bit !== undefined && { bit }),
      type: type.type,
      ...(type.size !== undefined && { size: type.size }),
      order: type.order ?? this.#defaults.order,
      count,
      scale: { ...UNSCALED, ...this.#factor(type), ...this.#offset(type) },
      ...(access !== undefined && { access }),
      ...(unit !== undefined && { unit }),
    };
  }

  #factor({ type }: TypeName): Partial<Scale> {
    const token = this.#parts.get('scale');
    if (token === undefined) return {};
    this.#refuse(token, scaleProblem(type));
    const digits = token.text.slice(1);
    const factor = Number(digits);
    if (!DECIMAL.test(digits) || factor === 0) {
      const what = token.text.startsWith('*') ? 'multiply' : 'divide';
      this.#complain(token, `cannot ${what} by "${digits}"`, 'write *0.1 or /10, without spaces');
      return {};
    }
    return token.text.startsWith('*') ? multiplyBy(factor) : divideBy(factor);
  }

  #offset({ type }: TypeName): Partial<Scale> {
    const token = this.#parts.get('offset');
    if (token === undefined) return {};
    this.#refuse(token, scaleProblem(type));
    const offset = Number(token.text);
    if (DECIMAL.test(token.text.slice(1))) return { offset };
    this.#complain(token, `"${token.text}" is no offset`, 'write +5 or -40, without spaces');
    return {};
  }

  #access(address: Address, { type }: TypeName): Access | undefined {
    const token = this.#parts.get('access');
    if (token === undefined) return undefined;
    const access = token.text as Access;
    this.#refuse(token, accessProblem(access, { ...address, type }));
    return access;
  }

  #unit({ type }: TypeName): string | undefined {
    const token = this.#parts.get('unit');
    if (token !== undefined) this.#refuse(token, unitProblem(type));
    return token?.text;
  }

  #refuse(token: Token, problem: { message: string; hint?: string } | undefined): void {
    if (problem !== undefined) this.#complain(token, problem.message, problem.hint);
  }

  #complain({ text, start }: Token, message: string, hint?: string): void {
    this.#issues.push({
      path: [],
      span: [start, start + text.length],
      severity: 'error',
      message: `"${this.#text}": ${message}`,
      ...(hint !== undefined && { hint }),
    });
  }
}

function isOneBit({ table, bit }: Address): boolean {
  return bit !== undefined || isBitTable(table);
}

/** Where the type is known already, as behind %MF100, the unit may follow at once. */
function isWordOfType(token: string, named: ValueType | undefined): boolean {
  return partOf(token) === 'unit' && (named === undefined || isTypeLike(token));
}

const DECIMAL = /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i;

function partOf(token: string): Part {
  if (/^[*/]/.test(token)) return 'scale';
  if (/^[+-]/.test(token)) return 'offset';
  if (token === 'ro' || token === 'rw' || token === 'wo') return 'access';
  return 'unit';
}
