import { bold, line, type Line } from '../line.ts';
import { heading } from './list.ts';

const KEYS: readonly (readonly [keys: string, meaning: string])[] = [
  ['1 2 3 4 5 6', 'the screens in their order; Tab and left, right turn'],
  ['arrows, j k', 'up and down'],
  ['PgUp PgDn, b Space', 'a page up and down'],
  ['g G, Home End', 'first and last'],
  ['Enter', 'details of what is under the cursor'],
  ['Esc', 'back; clears the filter'],
  ['/', 'filter: part of a name or label'],
  ['s', 'sort points by name, value, quality, age'],
  ['p', 'pause: the screen stands, the gateway goes on'],
  ['w', 'write the point under the cursor, through the gate'],
  ['e', 'export what is listed as CSV into a file'],
  ['Ctrl-L', 'draw everything again'],
  ['Ctrl-Z', 'back to the shell for a while (fg returns)'],
  ['q, Ctrl-C', 'quit'],
];

export function helpPage(): readonly Line[] {
  return [
    heading('HELP', 'any key goes back'),
    [],
    ...KEYS.map(([keys, meaning]) => line(' ', bold(keys.padEnd(20)), meaning)),
    [],
    line(' ● good   ▲ not good   ▲▲ ▼▼ far from the others of its set   [ ] apart'),
    line(' A value that is not known is —, never 0. AGE is since the device last said it.'),
  ];
}
