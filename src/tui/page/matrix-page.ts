import { bold, line, type Line } from '../line.ts';
import { placeIn, type Scene } from '../ui-state.ts';
import { heading } from './list.ts';
import { matrixLines } from './matrix-block.ts';

const LEGEND = line(' ▲▲ ▼▼ far from the others   [ ] apart   ? old   — not known');

export function matrixHeight(height: number): number {
  return Math.max(1, height - 2);
}

/** The lines of all matrices of all devices; the place of the screen scrolls them. */
export function allMatrixLines({ site, ui, size }: Scene): readonly Line[] {
  const words = ui.filter.toLowerCase();
  return site.devices.flatMap(({ status, matrices }) => {
    const found = matrices.filter(({ name, title }) =>
      `${status.name} ${name} ${title}`.toLowerCase().includes(words),
    );
    if (found.length === 0) return [];
    const title = site.devices.length === 1 ? [] : [line(' ', bold(status.name))];
    return [...title, ...matrixLines(site, found, size.columns), []];
  });
}

/** Repeated sets as grids: which one of many is unlike the others. */
export function matrixPage(scene: Scene, height: number): readonly Line[] {
  const lines = allMatrixLines(scene);
  if (lines.length === 0) return [heading('MATRIX', 'no points here are the same again and again')];
  const room = matrixHeight(height);
  const { cursor } = placeIn(scene.ui, Math.max(1, lines.length - room + 1), 1);
  const rest = lines.length - room - cursor;
  const more = rest > 0 ? [`${rest} more lines below`] : [];
  return [heading('MATRIX', ...more), ...lines.slice(cursor, cursor + room), LEGEND];
}
