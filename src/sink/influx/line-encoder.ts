import type { Sample } from '../../telemetry/sample.ts';
import type { Refusal } from '../../telemetry/sink.ts';
import { quoteString } from './escape.ts';
import { defaultType, FieldRefusal, fieldValue } from './field.ts';
import { longText } from './number-text.ts';
import type { Precision } from './options.ts';
import type { Heads, PointForm, SeriesBook } from './series.ts';

/** The lines of a batch. */
export interface Encoded {
  /** Without line breaks behind them. */
  readonly lines: readonly string[];
  /** The line of each sample; -1 for one that is on none, because it was refused. */
  readonly lineOf: readonly number[];
  /** What has no form in the line protocol. */
  readonly refused: readonly Refusal[];
}

/** Samples to lines. What a device said at one moment shares a line wherever measurement and tags are the same. */
export class LineEncoder {
  readonly #book: SeriesBook;
  readonly #stamp: (at: number) => string;
  #moment = 0;

  constructor(book: SeriesBook, precision: Precision) {
    this.#book = book;
    this.#stamp = STAMPS[precision];
  }

  encode(samples: readonly Sample[]): Encoded {
    const lines: string[] = [];
    const lineOf: number[] = [];
    const refused: Refusal[] = [];
    let at = NaN;
    let device = '';
    let first = 0;
    for (const sample of samples) {
      const { point } = sample;
      if (sample.at !== at || point.device !== device) {
        this.#close(lines, first, at);
        ({ at } = sample);
        ({ device } = point);
        first = lines.length;
        this.#moment += 1;
      }
      const form = this.#book.form(point);
      const { series } = form;
      const isOpen = series.moment === this.#moment;
      const text = textOf(form, isOpen ? form.next : form.opening, sample);
      if (typeof text !== 'string') {
        refused.push({ sample, reason: text.reason });
        lineOf.push(-1);
        continue;
      }
      if (isOpen) append(lines, series.line, text);
      else {
        series.moment = this.#moment;
        series.line = lines.push(text) - 1;
      }
      lineOf.push(series.line);
    }
    this.#close(lines, first, at);
    return { lines, lineOf, refused };
  }

  #close(lines: string[], first: number, at: number): void {
    if (first === lines.length) return;
    const stamp = this.#stamp(at);
    for (let line = first; line < lines.length; line += 1) append(lines, line, stamp);
  }
}

function append(lines: string[], line: number, text: string): void {
  lines[line] = (lines[line] ?? '') + text;
}

const STAMPS: Readonly<Record<Precision, (at: number) => string>> = {
  s: (at) => ` ${Math.floor(at / 1_000_000)}`,
  ms: (at) => ` ${longText(Math.floor(at / 1_000))}`,
  us: (at) => ` ${longText(at)}`,
  ns: (at) => ` ${longText(at)}000`,
};

/** The fields of one sample: value, name of the state, and quality where there is something to say. */
function textOf(form: PointForm, heads: Heads, sample: Sample): string | FieldRefusal {
  const { point, value, quality } = sample;
  if (form.refusal !== undefined) return new FieldRefusal(form.refusal);
  // The value of a bad sample is not known, whatever stands there.
  if (quality === 'bad') return `${heads.quality}"bad"`;
  if (value === undefined) return new FieldRefusal('a sample without a value has to be bad');
  const type = form.type ?? defaultType(value, form.isState);
  const text = fieldValue(type, point, value);
  if (typeof text !== 'string') return text;
  const name = form.isState && type !== 'string' ? stateName(form, sample) : '';
  const poor = quality === 'good' ? '' : `${form.qualityKey}"${quality}"`;
  return heads[type] + text + name + poor;
}

/** Beside the number. A field of the type string holds the name already. */
function stateName(form: PointForm, { point, value }: Sample): string {
  const name = typeof value === 'number' ? point.enum?.get(value) : undefined;
  return name === undefined ? '' : `${form.textKey}${quoteString(name)}`;
}
