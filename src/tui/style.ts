/**
 * How a piece of text looks: a sum of these flags. Colour is for what is not normal, and never alone:
 * a word or a mark says the same.
 */
export const PLAIN = 0;
export const BOLD = 1;
export const REVERSE = 2;
/** Not as it should be. */
export const WARN = 4;
/** Needs somebody. */
export const ALARM = 8;

/** `mono`: bold and reverse, no colours. `none`: a terminal that knows neither. */
export type Palette = 'colour' | 'mono' | 'none';

/** The sequence that begins a style, whatever came before it (ECMA-48, section 8.3.117). */
export function beginStyle(style: number, palette: Palette): string {
  if (palette === 'none') return '';
  const codes = ['0'];
  if ((style & (BOLD | ALARM)) !== 0) codes.push('1');
  if ((style & REVERSE) !== 0) codes.push('7');
  if (palette === 'colour') {
    if ((style & ALARM) !== 0) codes.push('31');
    else if ((style & WARN) !== 0) codes.push('33');
  }
  return `\u001b[${codes.join(';')}m`;
}
