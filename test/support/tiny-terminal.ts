import { characterWidth } from '../../src/base/text-width.ts';

/** A terminal that obeys what our screen sends, and throws at anything else. */
export class TinyTerminal {
  readonly columns: number;
  readonly rows: number;
  #cells: { glyph: string; style: string }[];
  #row = 0;
  #column = 0;
  #style = '0';

  constructor(columns: number, rows: number) {
    this.columns = columns;
    this.rows = rows;
    this.#cells = this.#blank();
  }

  feed(text: string): void {
    for (const [, sequence, character = ''] of text.matchAll(/\u001b\[([0-9;?]*[A-Za-z])|(.)/gsu)) {
      if (sequence !== undefined) this.#obey(sequence);
      else this.#print(character);
    }
  }

  get lines(): readonly string[] {
    return Array.from({ length: this.rows }, (_, row) =>
      this.#rowOf(row)
        .map(({ glyph }) => glyph)
        .join(''),
    );
  }

  /** The style of every place, as `SGR` codes. */
  get styles(): readonly (readonly string[])[] {
    return Array.from({ length: this.rows }, (_, row) =>
      this.#rowOf(row).map(({ style }) => style),
    );
  }

  /** The codes that a letter sent now would have. */
  get style(): string {
    return this.#style;
  }

  #obey(sequence: string): void {
    const [, row, column] = /^(\d+);(\d+)H$/.exec(sequence) ?? [];
    if (row !== undefined) [this.#row, this.#column] = [Number(row) - 1, Number(column) - 1];
    else if (sequence.endsWith('m')) this.#style = sequence.slice(0, -1);
    else if (sequence === '2J') this.#cells = this.#blank();
    else throw new Error(`the tiny terminal does not know ${sequence}`);
  }

  #print(character: string): void {
    const width = characterWidth(character);
    const at = this.#row * this.columns + this.#column;
    if (width === 0) {
      const home = this.#cells[at - 1]?.glyph === '' ? at - 2 : at - 1;
      this.#cells[home]!.glyph += character;
      return;
    }
    if (this.#column + width > this.columns) throw new Error('written over the edge');
    this.#erase(at);
    this.#cells[at] = { glyph: character, style: this.#style };
    if (width === 2) {
      this.#erase(at + 1);
      this.#cells[at + 1] = { glyph: '', style: this.#style };
    }
    this.#column += width;
  }

  /** Covering one half of a wide letter leaves a blank in the place of the other. */
  #erase(at: number): void {
    const blank = { glyph: ' ', style: '0' };
    if (this.#cells[at]?.glyph === '') this.#cells[at - 1] = blank;
    if (this.#cells[at + 1]?.glyph === '' && (at + 1) % this.columns !== 0) {
      this.#cells[at + 1] = { ...blank };
    }
  }

  #rowOf(row: number): { glyph: string; style: string }[] {
    return this.#cells.slice(row * this.columns, (row + 1) * this.columns);
  }

  #blank(): { glyph: string; style: string }[] {
    return Array.from({ length: this.columns * this.rows }, () => ({ glyph: ' ', style: '0' }));
  }
}
