import { isCollection, isMap, isScalar, isSeq, type Node } from 'yaml';
import {
  indented,
  inlineText,
  itemText,
  pairText,
  valueLines,
  wantsLines,
  type Looks,
} from './render-yaml.ts';
import {
  colonEnd,
  columnOf,
  dashOf,
  endOf,
  isBlock,
  isNothing,
  itemEnd,
  itemStart,
  lineEnd,
  lineStart,
  pairAt,
  propsEnd,
  startOf,
  valueAt,
  type EditPath,
  type Holder,
  type Place,
} from './yaml-place.ts';

/** What takes the place of a part of a text. */
export interface Splice {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** A flow map longer than this is hard to read. */
const MAX_FLOW = 100;

/** Another value where one stands. */
export function replace(place: Place, value: unknown): readonly Splice[] {
  const { held, node, text, inFlow } = place;
  if (held === undefined) return replaceAll(place, value);
  const quotes = quotesOf(node);
  const looks: Looks = { inFlow, ...(quotes !== undefined && { quotes }), json: isJson(held.by) };
  if (inFlow || !wantsLines(value)) return replaceInline(place, inlineText(value, looks));
  const flow = inlineText(value, looks);
  if (prefersFlow(held.by, value, held.index) && fits(text, itemStart(held.by, held.index), flow)) {
    return replaceInline(place, flow);
  }
  return isMap(held.by) ? replaceWithLines(place, value) : replaceItem(place, value);
}

/** Something new in a map or a list, at the end. */
export function addTo(place: Place, value: unknown): readonly Splice[] {
  const { node, missing } = place;
  const [part = '', ...inner] = missing;
  const nested = nest(inner, value);
  if (!isCollection(node) || node.items.length === 0) {
    return replace(place, typeof part === 'number' ? [nested] : new Map([[part, nested]]));
  }
  const by = node as Holder;
  if (by.flow === true) return addInFlow(place, by, part, nested);
  const { text, step } = place;
  const last = by.items.length - 1;
  const at = lineEnd(text, itemEnd(text, by, last) - (endsInFeed(text, by, last) ? 1 : 0));
  const eol = eolOf(text);
  const start = itemStart(by, 0);
  const isList = !isMap(by);
  const column = columnOf(text, isList ? dashOf(text, valueAt(by, 0)) : start);
  const lines = entryLines(by, part, nested, step, column);
  const gap = isSpaced(text, by) ? eol : '';
  const before = at > 0 && text[at - 1] !== '\n' ? eol : '';
  return [{ from: at, to: at, text: before + gap + indented(lines, column, eol) }];
}

/** Something new in a list, before the entry at the place. */
export function insertAt({ held, text, step }: Place, value: unknown): readonly Splice[] {
  if (held === undefined || isMap(held.by)) return [];
  const node = valueAt(held.by, held.index);
  if (held.by.flow === true) {
    const looks = { inFlow: true, json: isJson(held.by) };
    return [{ from: startOf(node), to: startOf(node), text: `${inlineText(value, looks)}, ` }];
  }
  const dash = dashOf(text, node);
  const at = lineStart(text, dash);
  const lines = entryLines(held.by, held.index, value, step, columnOf(text, dash));
  return [{ from: at, to: at, text: indented(lines, columnOf(text, dash), eolOf(text)) }];
}

/** Nothing where something stands. Comments above it stay. */
export function removeFrom(place: Place): readonly Splice[] {
  const { held, text } = place;
  if (held === undefined || place.missing.length > 0) return [];
  const { by, index } = held;
  if (by.items.length === 1) return emptied(place, by);
  if (by.flow === true) {
    const isFirst = index === 0;
    const from = isFirst ? itemStart(by, 0) : itemEnd(text, by, index - 1);
    return [{ from, to: isFirst ? itemStart(by, 1) : itemEnd(text, by, index), text: '' }];
  }
  const start = isMap(by) ? itemStart(by, index) : dashOf(text, valueAt(by, index));
  const from = lineStart(text, start);
  const end = itemEnd(text, by, index);
  if (text.slice(from, start).trim() !== '') {
    // The first key behind the dash of a list: the next one comes to stand there.
    return [{ from: start, to: itemStart(by, index + 1), text: '' }];
  }
  return [{ from: gapAbove(text, from, lineEnd(text, end)), to: lineEnd(text, end), text: '' }];
}

/** Another name for a key. */
export function rename({ held }: Place, name: string): readonly Splice[] {
  const key = held === undefined ? undefined : pairAt(held.by, held.index)?.key;
  if (held === undefined || key === undefined) return [];
  const quotes = quotesOf(key);
  const looks = { inFlow: true, ...(quotes !== undefined && { quotes }), json: isJson(held.by) };
  return [{ from: startOf(key), to: key.range?.[1] ?? 0, text: inlineText(name, looks) }];
}

/** The whole text: it can be begun, and a map on one line can be another. */
function replaceAll({ node, text, step }: Place, value: unknown): readonly Splice[] {
  if (isNothing(node)) {
    const eol = eolOf(text);
    const before = text === '' || text.endsWith('\n') ? '' : eol;
    const lines = new Map(value instanceof Map ? (value as Map<string, unknown>) : []);
    const added = [...lines].map(([key, item]) => pairText(key, item, step)).join('');
    return [{ from: text.length, to: text.length, text: before + indented(added, 0, eol) }];
  }
  if (node === undefined || isBlock(node)) return [];
  const looks = { inFlow: true, json: text.trimStart().startsWith('{"') };
  return [{ from: startOf(node), to: endOf(text, node), text: inlineText(value, looks) }];
}

function replaceInline(place: Place, inline: string): readonly Splice[] {
  const { node, text, held } = place;
  if (node !== undefined && !isNothing(node) && !(isBlock(node) && isMap(held?.by))) {
    return [{ from: startOf(node), to: endOf(text, node), text: inline }];
  }
  const pair = held === undefined ? undefined : pairAt(held.by, held.index);
  if (pair === undefined) {
    const at = dashOf(text, node) + 1;
    return [{ from: at, to: at, text: ` ${inline}` }];
  }
  const colon = colonEnd(text, pair.key);
  const at = propsEnd(text, colon);
  const sign = text[colon - 1] === ':' ? ' ' : ': ';
  return [
    { from: at, to: at, text: sign + inline },
    ...(node !== undefined && isBlock(node) ? [linesOf(text, colon, node, '')] : []),
  ];
}

/** A value with lines of its own below its key. */
function replaceWithLines(place: Place, value: unknown): readonly Splice[] {
  const { node, text, held, step } = place;
  const pair = held === undefined ? undefined : pairAt(held.by, held.index);
  if (pair === undefined) return [];
  const eol = eolOf(text);
  const { first, rest } = valueLines(value, step);
  const column = columnOf(text, startOf(pair.key));
  const below = indented(rest, column, eol);
  const colon = colonEnd(text, pair.key);
  const from = propsEnd(text, colon);
  if (node !== undefined && isBlock(node)) {
    return [{ from, to: from, text: first }, linesOf(text, colon, node, below)];
  }
  const to = node === undefined || isNothing(node) ? from : endOf(text, node);
  const at = lineEnd(text, to);
  const before = text[at - 1] === '\n' ? '' : eol;
  return [
    { from, to, text: first },
    { from: at, to: at, text: before + below },
  ];
}

/** Another entry of a list, with lines of its own. */
function replaceItem({ node, text, step }: Place, value: unknown): readonly Splice[] {
  const dash = dashOf(text, node);
  const column = columnOf(text, dash);
  const lines = indented(itemText(value, step), column, eolOf(text)).trimEnd();
  const to = node === undefined || isNothing(node) ? dash + 1 : endOf(text, node);
  return [{ from: dash, to, text: lines.slice(column) }];
}

/** The lines of a block below its key become others. */
function linesOf(text: string, colon: number, node: Node, lines: string): Splice {
  return { from: lineEnd(text, colon), to: lineEnd(text, endOf(text, node)), text: lines };
}

function addInFlow(
  { text }: Place,
  by: Holder,
  part: string | number,
  value: unknown,
): readonly Splice[] {
  const json = isJson(by);
  const looks = { inFlow: true, json };
  const at = itemEnd(text, by, by.items.length - 1);
  const colon = json ? ':' : ': ';
  const key = isMap(by) ? inlineText(String(part), looks) + colon : '';
  const comma = json ? ',' : ', ';
  return [{ from: at, to: at, text: comma + key + inlineText(value, looks) }];
}

/** The last entry goes: the map stays, with nothing in it. */
function emptied(place: Place, by: Holder): readonly Splice[] {
  const empty = isMap(by) ? '{}' : '[]';
  const { text, held } = place;
  const start = startOf(by);
  if (by.flow === true || held === undefined) {
    return by.flow === true ? [{ from: start, to: endOf(text, by), text: empty }] : [];
  }
  const first = isMap(by) ? itemStart(by, 0) : dashOf(text, valueAt(by, 0));
  const line = lineStart(text, first);
  const end = endOf(text, by);
  if (text.slice(line, first).trim() !== '') return [{ from: first, to: end, text: empty }];
  const above = keyAbove(text, line);
  if (above === undefined) return [];
  return [
    { from: above, to: above, text: ` ${empty}` },
    { from: line, to: lineEnd(text, end), text: '' },
  ];
}

/** Behind the colon, anchor and tag of the key that a block of lines belongs to. */
function keyAbove(text: string, line: number): number | undefined {
  let end = line;
  while (end > 0) {
    const start = lineStart(text, end - 1);
    const written = text.slice(start, end);
    const [shown] = /^.*?:(?:[ \t]+[&!]\S*)*(?=[ \t]*(?:#.*)?\r?\n$)/.exec(written) ?? [];
    if (!/^\s*(?:#.*)?\s*$/.test(written))
      return shown === undefined ? undefined : start + shown.length;
    end = start;
  }
  return undefined;
}

/** An entry as lines from column 0 on, in the style of its neighbours. */
function entryLines(
  by: Holder,
  part: string | number,
  value: unknown,
  step: number,
  column: number,
): string {
  const isList = !isMap(by);
  if (wantsLines(value) && prefersFlow(by, value)) {
    const head = isList ? '- ' : `${inlineText(String(part), { inFlow: true })}: `;
    const line = head + inlineText(value, { inFlow: false });
    if (column + line.length <= MAX_FLOW) return `${line}\n`;
  }
  return isList ? itemText(value, step) : pairText(String(part), value, step);
}

/** Do the neighbours of its kind, as far as there are, stand on one line each? */
function prefersFlow(by: Holder, value: unknown, at?: number): boolean {
  const values = by.items.map((_, index) => valueAt(by, index));
  const own = at === undefined ? undefined : values[at];
  if (isCollection(own) && own.items.length > 0) return own.flow === true;
  const alike = values.filter(
    (other) =>
      isCollection(other) && other.items.length > 0 && isSeq(other) === Array.isArray(value),
  );
  return alike.length > 0 && alike.every((other) => !isBlock(other));
}

function fits(text: string, start: number, flow: string): boolean {
  return columnOf(text, start) + flow.length <= MAX_FLOW;
}

function quotesOf(node: Node | undefined): Looks['quotes'] {
  if (!isScalar(node)) return undefined;
  return node.type === 'QUOTE_DOUBLE' || node.type === 'QUOTE_SINGLE' ? node.type : undefined;
}

/** A map on one line with its keys in quotes, as programs write it. */
function isJson(by: Holder): boolean {
  if (by.flow !== true) return false;
  const key = pairAt(by, 0)?.key;
  return key === undefined ? false : quotesOf(key) === 'QUOTE_DOUBLE';
}

/** Are all entries set apart by empty lines? */
function isSpaced(text: string, by: Holder): boolean {
  const gaps = by.items.slice(1).map((_, index) => {
    const between = text.slice(itemEnd(text, by, index), itemStart(by, index + 1));
    return /\n[ \t]*\r?\n/.test(between);
  });
  return gaps.length > 0 && gaps.every((isGap) => isGap);
}

/** Does an entry end with lines of text, the line feed of which belongs to it? */
function endsInFeed(text: string, by: Holder, index: number): boolean {
  return text[itemEnd(text, by, index) - 1] === '\n';
}

/** One empty line above goes as well where another follows, or the text ends. */
function gapAbove(text: string, from: number, to: number): number {
  const above = lineStart(text, from - 1);
  const isGap = from > 0 && text.slice(above, from).trim() === '';
  const next = text.slice(to, lineEnd(text, to));
  return isGap && next.trim() === '' ? above : from;
}

function nest(path: EditPath, value: unknown): unknown {
  return path.reduceRight(
    (inner, part) => (typeof part === 'number' ? [inner] : new Map([[part, inner]])),
    value,
  );
}

function eolOf(text: string): string {
  return /\r\n/.test(text.slice(0, 10_000)) ? '\r\n' : '\n';
}
