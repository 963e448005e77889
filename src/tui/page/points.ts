import type { Line } from '../line.ts';
import { rowsOf } from '../rows.ts';
import type { Scene } from '../ui-state.ts';
import { heading, listLines } from './list.ts';
import { pointList } from './point-list.ts';

export function pointsListHeight(height: number): number {
  return Math.max(1, height - 2);
}

/** Every point of every device. */
export function pointsPage(scene: Scene, height: number): readonly Line[] {
  const { site, ui } = scene;
  const rows = rowsOf(scene).flatMap((row) => (row.kind === 'point' ? [row.view] : []));
  const list = pointList(scene, true);
  return [
    heading(
      'POINTS',
      `${rows.length} of ${site.points.length}`,
      `sorted ${ui.sort === 'as configured' ? ui.sort : `by ${ui.sort}`}`,
      ...(ui.filter === '' ? [] : [`filter ${ui.filter}`]),
    ),
    list.head,
    ...listLines(scene, rows, pointsListHeight(height), (view) => list.lineOf(view)),
  ];
}
