import { characterWidth, textWidth } from '../base/text-width.ts';
import { BOLD, PLAIN, REVERSE } from './style.ts';

/** A piece of text in one style. */
export interface Span {
  readonly text: string;
  readonly style: number;
}

/** One row of the screen. What is too long is cut by the screen, not wrapped. */
export type Line = readonly Span[];

export function styled(text: string, style: number): Span {
  return { text, style };
}

export function bold(text: string): Span {
  return styled(text, BOLD);
}

export function line(...parts: readonly (string | Span)[]): Line {
  return parts.map((part) => (typeof part === 'string' ? styled(part, PLAIN) : part));
}

export const EMPTY: Line = [];

export function lineWidth(spans: Line): number {
  return spans.reduce((sum, { text }) => sum + textWidth(text), 0);
}

/** The line as it looks without styles. */
export function plainLine(spans: Line): string {
  return spans.map(({ text }) => text).join('');
}

/** Exactly `width` places: cut with a mark, or filled with spaces. */
export function fitText(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const room = width - textWidth(text);
  if (room >= 0) {
    const space = ' '.repeat(room);
    return align === 'left' ? text + space : space + text;
  }
  return cutText(text, width);
}

/** At most `width` places, with a mark where something was cut off, and filled up to them. */
function cutText(text: string, width: number): string {
  if (width <= 0) return '';
  let out = '';
  let used = 0;
  for (const character of text) {
    const size = characterWidth(character);
    if (used + size > width - 1) break;
    out += character;
    used += size;
  }
  return `${out}…${' '.repeat(width - 1 - used)}`;
}

/** Exactly `width` places of a line, as `fitText`. */
export function fitLine(spans: Line, width: number): Line {
  const out: Span[] = [];
  let room = width;
  for (const { text, style } of spans) {
    const size = textWidth(text);
    if (size > room) {
      out.push(styled(cutText(text, room), style));
      return out;
    }
    out.push({ text, style });
    room -= size;
  }
  if (room > 0) out.push(styled(' '.repeat(room), PLAIN));
  return out;
}

/** One part at the left, cut where it must be, and one at the right. */
export function spread(left: Line, right: Line, width: number): Line {
  const size = lineWidth(right);
  if (size >= width) return fitLine(right, width);
  return [...fitLine(left, width - size), ...right];
}

/** The line under the cursor: marked by a sign and, where the terminal can, by reversing it. */
export function selectable(spans: Line, isSelected: boolean, width: number): Line {
  if (!isSelected) return [styled(' ', PLAIN), ...fitLine(spans, width - 1)];
  const fitted = fitLine(spans, width - 1);
  return [styled('>', REVERSE), ...fitted.map(({ text, style }) => styled(text, style | REVERSE))];
}
