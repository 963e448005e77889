/** A key that was pressed: its name, and for `char` and `paste` what it types. */
export interface Key {
  readonly name: KeyName;
  readonly text: string;
}

export type KeyName =
  | 'char'
  | 'paste'
  | 'enter'
  | 'escape'
  | 'tab'
  | 'backtab'
  | 'backspace'
  | 'delete'
  | 'up'
  | 'down'
  | 'left'
  | 'right'
  | 'home'
  | 'end'
  | 'pageup'
  | 'pagedown'
  | 'ctrl-c'
  | 'ctrl-l'
  | 'ctrl-u'
  | 'ctrl-z'
  | 'unknown';

const ESC = '\u001b';

/** What terminals send that have a name (ECMA-48, DEC VT220, xterm, the Linux console). */
const SEQUENCES: Readonly<Record<string, KeyName>> = {
  A: 'up',
  B: 'down',
  C: 'right',
  D: 'left',
  H: 'home',
  F: 'end',
  Z: 'backtab',
  '1~': 'home',
  '3~': 'delete',
  '4~': 'end',
  '5~': 'pageup',
  '6~': 'pagedown',
  '7~': 'home',
  '8~': 'end',
};

const CONTROLS: Readonly<Record<string, KeyName>> = {
  '\r': 'enter',
  '\n': 'enter',
  '\t': 'tab',
  '\b': 'backspace',
  '\u007f': 'backspace',
  '\u0003': 'ctrl-c',
  '\u000c': 'ctrl-l',
  '\u0015': 'ctrl-u',
  '\u001a': 'ctrl-z',
};

const PASTE_BEGINS = '200~';
const PASTE_ENDS = `${ESC}[201~`;

/** No sequence of a terminal is longer: what is goes on for longer is noise of a line. */
const MAX_SEQUENCE = 32;
/** Of one paste. The rest is dropped: nobody types that much into a filter. */
const MAX_PASTE = 4_096;

/**
 * Bytes of a terminal, as text, into keys. A sequence may come in pieces: `push` keeps what is not
 * finished, and `flush`, to be called when nothing has followed for a while, takes an ESC that stands
 * alone for the key.
 */
export class KeyParser {
  #pending = '';
  #pasted: string | undefined;

  /** Is there the beginning of a sequence, of which the rest may still come? */
  get isWaiting(): boolean {
    return this.#pending !== '' && this.#pasted === undefined;
  }

  push(chunk: string): readonly Key[] {
    this.#pending += chunk;
    const keys: Key[] = [];
    for (;;) {
      const key = this.#pasted === undefined ? this.#next() : this.#paste();
      if (key === undefined) return keys;
      if (key !== 'nothing') keys.push(key);
    }
  }

  flush(): readonly Key[] {
    if (!this.isWaiting) return [];
    const [, ...rest] = this.#pending;
    this.#pending = '';
    return [named('escape'), ...this.push(rest.join(''))];
  }

  /** The next key, `nothing` where something without one was taken, undefined where more must come. */
  #next(): Key | 'nothing' | undefined {
    const text = this.#pending;
    if (text === '') return undefined;
    if (text[0] !== ESC) return this.#character();
    const introducer = text[1];
    if (introducer === undefined) return undefined;
    if (introducer === '[') return this.#sequence();
    if (introducer === 'O') {
      if (text.length < 3) return undefined;
      return this.#take(3, SEQUENCES[text[2] ?? '']);
    }
    // ESC twice is the key and the beginning of another; before a letter it is the Alt key.
    return introducer === ESC ? this.#take(1, 'escape') : this.#take(2, undefined);
  }

  #character(): Key | 'nothing' {
    const [character = ''] = this.#pending;
    this.#pending = this.#pending.slice(character.length);
    if (character >= ' ' && character !== '\u007f') return { name: 'char', text: character };
    return named(CONTROLS[character] ?? 'unknown');
  }

  /** ECMA-48, section 5.4: parameters, intermediates and one final byte. */
  #sequence(): Key | 'nothing' | undefined {
    const body = this.#pending.slice(2);
    // The Linux console sends ESC [ [ A for F1.
    const match = /^(\[.|[\u0030-\u003f]*[\u0020-\u002f]*[\u0040-\u007e])/s.exec(body)?.[1];
    if (match === undefined || (match === '[' && body.length < 2)) {
      const isBroken = !/^(?:\[|[\u0030-\u003f]*[\u0020-\u002f]*)$/.test(body);
      if (isBroken || body.length > MAX_SEQUENCE) return this.#take(2, undefined);
      return undefined;
    }
    const key = this.#take(2 + match.length, nameOf(match));
    if (match !== PASTE_BEGINS) return key;
    this.#pasted = '';
    return 'nothing';
  }

  #paste(): Key | undefined {
    const end = this.#pending.indexOf(PASTE_ENDS);
    // The end may have been cut in two.
    const known = end >= 0 ? end : Math.max(0, this.#pending.length - PASTE_ENDS.length + 1);
    const text = (this.#pasted ?? '') + this.#pending.slice(0, known);
    this.#pasted = text.slice(0, MAX_PASTE);
    this.#pending = this.#pending.slice(known);
    if (end < 0) return undefined;
    this.#pending = this.#pending.slice(PASTE_ENDS.length);
    const pasted = this.#pasted;
    this.#pasted = undefined;
    return { name: 'paste', text: pasted };
  }

  #take(length: number, name: KeyName | undefined): Key {
    this.#pending = this.#pending.slice(length);
    return named(name ?? 'unknown');
  }
}

/** `1;5A` is an arrow with Ctrl held: an arrow all the same. */
function nameOf(sequence: string): KeyName | undefined {
  return SEQUENCES[sequence.replace(/^(\d*);\d+/, '$1').replace(/^1([A-H])$/, '$1')];
}

function named(name: KeyName): Key {
  return { name, text: '' };
}

/** A line of text after one key: what it types, or takes away. At most `most` places of memory long. */
export function editedText(before: string, { name, text }: Key, most: number): string {
  if (name === 'backspace') return Array.from(before).slice(0, -1).join('');
  if (name === 'ctrl-u') return '';
  if (name !== 'char' && name !== 'paste') return before;
  // Of a paste the first line, without what cannot be typed.
  const [first = ''] = text.split(/[\r\n]/);
  return (before + first.replace(/\p{Cc}/gu, '')).slice(0, most);
}
