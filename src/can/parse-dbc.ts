import type { Dbc, DbcMessage, DbcSelection, DbcSignal } from './dbc.ts';
import { readSignalBody, type SignalBody } from './dbc-signal.ts';
import { DbcTokens, type Token } from './dbc-tokens.ts';

/** What is wrong in a DBC file, and where: counted from 1. */
export interface DbcIssue {
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly hint?: string;
}

export interface ParsedDbc {
  /** Without everything that is wrong. */
  readonly dbc: Dbc;
  readonly issues: readonly DbcIssue[];
}

/** Nobody reads more of them, and each may be a follow-up of the first; the others are counted. */
const MAX_ISSUES = 5;
/** The longest message of the transport protocols that carry more than a frame (J1939-21). */
const MAX_MESSAGE_BYTES = 1785;
/** Name and id of the place where tools keep signals that belong to no message. */
const NO_MESSAGE = 'VECTOR__INDEPENDENT_SIG_MSG';

/** Reads a DBC file. Nothing throws; a statement with a mistake is left out, and reading goes on. */
export function parseDbc(text: string): ParsedDbc {
  return new DbcParser(text).parse();
}

interface DraftSignal extends SignalBody {
  readonly at: Token;
  comment?: string;
  values?: ReadonlyMap<number, string>;
  selectedBy?: DbcSelection;
}

interface DraftMessage {
  readonly name: string;
  readonly key: number;
  readonly size: number;
  readonly at: Token;
  comment?: string;
  readonly signals: Map<string, DraftSignal>;
}

const NOWHERE = { name: NO_MESSAGE, key: -1, size: MAX_MESSAGE_BYTES };

/** Thrown inside the parser only: the statement cannot be used, and the next one is looked for. */
class Unusable extends Error {
  readonly token: Token;

  constructor(message: string, token: Token) {
    super(message);
    this.token = token;
  }
}

class DbcParser {
  readonly #tokens: DbcTokens;
  readonly #issues: DbcIssue[] = [];
  #found = 0;
  readonly #messages = new Map<number, DraftMessage>();
  readonly #names = new Set<string>();
  readonly #tables = new Map<string, ReadonlyMap<number, string>>();
  #message: DraftMessage | undefined;
  readonly #readers: Readonly<Record<string, (start: Token) => void>> = {
    VERSION: () => this.#expect('text', 'a version in quotes'),
    NS_: () => this.#newSymbols(),
    BS_: (start) => this.#restOfLine(start),
    BU_: (start) => this.#restOfLine(start),
    BO_: (start) => this.#readMessage(start),
    SG_: () => this.#readSignal(),
    VAL_TABLE_: () => this.#readTable(),
    VAL_: () => this.#readValues(),
    SIG_VALTYPE_: () => this.#readFloat(),
    SG_MUL_VAL_: () => this.#readSelection(),
    CM_: () => this.#readComment(),
  };

  constructor(text: string) {
    this.#tokens = new DbcTokens(text, (issue) => this.#report(issue));
  }

  parse(): ParsedDbc {
    for (let token = this.#tokens.take(); token.kind !== 'end'; token = this.#tokens.take()) {
      try {
        this.#statement(token);
      } catch (error) {
        if (!(error instanceof Unusable)) throw error;
        this.#recover(token, error.token);
      }
    }
    const messages = [...this.#messages.values()].map((message) => this.#finish(message));
    return { dbc: { messages }, issues: this.#issues };
  }

  #statement(token: Token): void {
    if (token.kind !== 'word') this.#fail(token, `"${token.text}" begins no statement`);
    if (token.text !== 'SG_') this.#message = undefined;
    const read = Object.hasOwn(this.#readers, token.text) ? this.#readers[token.text] : undefined;
    if (read !== undefined) {
      read(token);
      return;
    }
    if (!/_$|^FILTER$/.test(token.text)) this.#fail(token, `"${token.text}" is no statement`);
    this.#skipToSemicolon(token);
  }

  /** `NS_ :` and a list of words, each on a line that is indented. */
  #newSymbols(): void {
    this.#mark(':');
    while (this.#tokens.peek().kind === 'word' && this.#tokens.peek().column > 1) {
      this.#tokens.take();
    }
  }

  #restOfLine({ line }: Token): void {
    for (;;) {
      const next = this.#tokens.peek();
      if (next.kind === 'end' || next.line !== line) return;
      this.#tokens.take();
    }
  }

  #readMessage(start: Token): void {
    const idToken = this.#expect('number', 'the id of a message');
    const key = this.#whole(idToken, 0, 0xffff_ffff);
    const nameToken = this.#word('the name of a message');
    this.#mark(':');
    const size = this.#whole(this.#expect('number', 'a number of bytes'), 0, MAX_MESSAGE_BYTES);
    // Who sends it is of no use here.
    if (this.#tokens.peek().kind === 'word' && this.#tokens.peek().line === start.line) {
      this.#tokens.take();
    }
    const { text: name } = nameToken;
    const message = { name, key, size, at: nameToken, signals: new Map<string, DraftSignal>() };
    this.#message = message;
    if (name === NO_MESSAGE) return;
    const other = this.#messages.get(key);
    if (other !== undefined) {
      this.#note(idToken, `message "${name}" has the id of "${other.name}"`);
    } else if (this.#names.has(name)) {
      this.#note(nameToken, `message "${name}" is there twice`);
    } else {
      this.#messages.set(key, message);
      this.#names.add(name);
    }
  }

  #readSignal(): void {
    const message = this.#message;
    const nameToken = this.#word('the name of a signal');
    const body = readSignalBody(nameToken, {
      next: () => this.#tokens.take(),
      peek: () => this.#tokens.peek(),
      fail: (token, text, hint) => this.#fail(token, text, hint),
    });
    this.#restOfLine(nameToken);
    if (message === undefined) this.#fail(nameToken, 'a signal outside of any message');
    if (message.signals.has(body.name)) {
      this.#fail(nameToken, `"${message.name}" has the signal "${body.name}" twice`);
    }
    const bits = message.size * 8;
    if (message.name !== NO_MESSAGE && lastBit(body) >= bits) {
      const text = `"${body.name}" ends behind the ${message.size} bytes of "${message.name}"`;
      this.#fail(nameToken, text);
    }
    message.signals.set(body.name, { ...body, at: nameToken });
  }

  #readTable(): void {
    const { text } = this.#word('the name of a table');
    this.#tables.set(text, this.#values());
  }

  #readValues(): void {
    if (this.#tokens.peek().kind !== 'number') {
      // Of an environment variable.
      this.#skipToSemicolon(this.#tokens.take());
      return;
    }
    const signal = this.#signal();
    const next = this.#tokens.peek();
    if (next.kind !== 'word') {
      signal.values = this.#values();
      return;
    }
    const table = this.#tables.get(this.#tokens.take().text);
    if (table === undefined) this.#fail(next, `no VAL_TABLE_ is named "${next.text}"`);
    this.#mark(';');
    signal.values = table;
  }

  #values(): ReadonlyMap<number, string> {
    const values = new Map<number, string>();
    for (;;) {
      const token = this.#tokens.take();
      if (token.text === ';' && token.kind === 'mark') return values;
      if (token.kind !== 'number') this.#fail(token, `expected a value, its name, or ";"`);
      values.set(Number(token.text), this.#expect('text', 'a name in quotes').text);
    }
  }

  #readFloat(): void {
    const signal = this.#signal();
    if (this.#tokens.peek().text === ':') this.#tokens.take();
    const token = this.#expect('number', '0, 1 or 2');
    const type = this.#whole(token, 0, 3);
    this.#mark(';');
    if (type === 0) return;
    const bits = type === 1 ? 32 : 64;
    if (signal.length !== bits) {
      this.#fail(token, `"${signal.name}" has ${signal.length} bits, and this float has ${bits}`);
    }
    signal.form = 'float';
  }

  #readSelection(): void {
    const signal = this.#signal();
    const owner = this.#word('the name of a multiplexor');
    const ranges: (readonly [number, number])[] = [];
    for (;;) {
      // `3-5` arrives as the numbers 3 and -5.
      const from = this.#whole(this.#expect('number', 'a range such as 3-5'), 0, 0xffff_ffff);
      const to = -this.#whole(this.#expect('number', 'a range such as 3-5'), -0xffff_ffff, 0);
      ranges.push([from, to]);
      const mark = this.#tokens.take();
      if (mark.text === ';') break;
      if (mark.text !== ',') this.#fail(mark, 'expected "," or ";"');
    }
    signal.selectedBy = { multiplexor: owner.text, ranges };
  }

  #readComment(): void {
    const next = this.#tokens.peek();
    if (next.text === 'BO_' || next.text === 'SG_') {
      this.#tokens.take();
      const target = next.text === 'SG_' ? this.#signal() : this.#messageOfId();
      target.comment = this.#expect('text', 'a comment in quotes').text;
      this.#mark(';');
      return;
    }
    this.#skipToSemicolon(next);
  }

  #signal(): DraftSignal {
    const message = this.#messageOfId();
    const token = this.#word('the name of a signal');
    const signal = message.signals.get(token.text);
    if (signal === undefined) {
      this.#fail(token, `message "${message.name}" has no signal "${token.text}"`);
    }
    return signal;
  }

  #messageOfId(): DraftMessage {
    const token = this.#expect('number', 'the id of a message');
    const message = this.#messages.get(Number(token.text));
    if (message !== undefined) return message;
    return this.#fail(token, `no message has the id ${token.text}`);
  }

  #skipToSemicolon(start: Token): void {
    for (;;) {
      const token = this.#tokens.take();
      if (token.kind === 'mark' && token.text === ';') return;
      if (token.kind === 'end') this.#fail(start, `the statement "${start.text}" never ends`);
    }
  }

  #finish({ at: _at, signals, ...message }: DraftMessage): DbcMessage {
    const drafts = [...signals.values()];
    const roots = drafts.filter((one) => one.isMultiplexor && one.selectedBy === undefined);
    return {
      ...message,
      signals: drafts.flatMap((draft) => {
        const selectedBy = this.#selection(message.name, draft, drafts, roots);
        return selectedBy === 'unusable' ? [] : [finished(draft, selectedBy)];
      }),
    };
  }

  /** The multiplexor of a signal: by SG_MUL_VAL_, or the one of the message. */
  #selection(
    message: string,
    draft: DraftSignal,
    all: readonly DraftSignal[],
    [root, second]: readonly DraftSignal[],
  ): DbcSelection | undefined | 'unusable' {
    const { name, at, selectedBy, selector } = draft;
    if (selectedBy !== undefined) {
      const owner = all.find((one) => one.name === selectedBy.multiplexor);
      if (owner?.isMultiplexor === true && !isCircle(draft, all)) return selectedBy;
      const text = `"${name}" is selected by "${selectedBy.multiplexor}", which is no multiplexor of "${message}"`;
      this.#note(at, text);
      return 'unusable';
    }
    if (selector === undefined) return undefined;
    if (root === undefined) {
      this.#note(at, `"${name}" is multiplexed, and "${message}" has no multiplexor`);
      return 'unusable';
    }
    if (second !== undefined) {
      this.#note(at, `"${message}" has two multiplexors, and no SG_MUL_VAL_ for "${name}"`);
      return 'unusable';
    }
    return { multiplexor: root.name, ranges: [[selector, selector]] };
  }

  #expect(kind: Token['kind'], what: string): Token {
    const token = this.#tokens.take();
    if (token.kind === kind) return token;
    return this.#fail(
      token,
      `expected ${what}${token.kind === 'end' ? '' : `, not "${token.text}"`}`,
    );
  }

  #word(what: string): Token {
    return this.#expect('word', what);
  }

  #mark(mark: string): void {
    const token = this.#tokens.take();
    if (token.kind !== 'mark' || token.text !== mark) {
      this.#fail(token, `expected "${mark}"${token.kind === 'end' ? '' : `, not "${token.text}"`}`);
    }
  }

  #whole(token: Token, min: number, max: number): number {
    const value = Number(token.text);
    if (Number.isInteger(value) && value >= min && value <= max) return value;
    return this.#fail(token, `${token.text} is no whole number from ${min} to ${max}`);
  }

  #fail(token: Token, message: string, hint?: string): never {
    this.#note(token, message, hint);
    throw new Unusable(message, token);
  }

  #note({ line, column }: Token, message: string, hint?: string): void {
    this.#report({ line, column, message, ...(hint !== undefined && { hint }) });
  }

  #report(issue: DbcIssue): void {
    const more = this.#found++ - MAX_ISSUES;
    if (more < 0) this.#issues.push(issue);
    else this.#issues[MAX_ISSUES] = { ...(this.#issues[MAX_ISSUES] ?? issue), message: `and ${more + 1} more`, hint: 'they may follow from the first' }; // prettier-ignore
  }

  /** Goes on where a line begins with a word, as statements do. */
  #recover(start: Token, culprit: Token): void {
    const { line } = start;
    if (culprit.line > line) this.#tokens.giveBack(culprit);
    // Its signals are no fault of their own.
    if (start.text === 'BO_') this.#message = { ...NOWHERE, at: start, signals: new Map() };
    for (;;) {
      const next = this.#tokens.peek();
      if (next.kind === 'end') return;
      if (
        next.kind === 'word' &&
        next.line > line &&
        /^[A-Z]+_$|^[A-Z]+_[A-Z_]+_$/.test(next.text)
      ) {
        return;
      }
      this.#tokens.take();
    }
  }
}

/** Index of the last bit, counted from the first byte on. */
function lastBit({ start, length, order }: SignalBody): number {
  if (order === 'little') return start + length - 1;
  return (start >> 3) * 8 + (7 - (start & 7)) + length - 1;
}

/** Multiplexors that select each other would never be in a frame. */
function isCircle(draft: DraftSignal, all: readonly DraftSignal[]): boolean {
  const seen = new Set<string>([draft.name]);
  for (let owner = draft.selectedBy?.multiplexor; owner !== undefined;) {
    if (seen.has(owner)) return true;
    seen.add(owner);
    const current = owner;
    owner = all.find(({ name }) => name === current)?.selectedBy?.multiplexor;
  }
  return false;
}

function finished(draft: DraftSignal, selectedBy: DbcSelection | undefined): DbcSignal {
  const { at: _at, selector: _selector, selectedBy: _written, ...signal } = draft;
  return { ...signal, ...(selectedBy !== undefined && { selectedBy }) };
}
