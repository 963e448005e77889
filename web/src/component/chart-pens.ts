import type { Pane, Pen } from '../model/pens.ts';
import type { ChartProps } from './chart.tsx';

export function paneOf({ pane, grid: { pens } }: Pick<ChartProps, 'pane' | 'grid'>): Pane {
  if (pane !== undefined) return pane;
  const units = [...new Set(pens.map(({ unit }) => unit))].slice(0, 2);
  return { units, places: [...pens.keys()] };
}

/** The pens of a pane with their places among all, which their colours follow. */
export function pensOf(
  props: Pick<ChartProps, 'pane' | 'grid'>,
): readonly (readonly [Pen, number])[] {
  return paneOf(props).places.flatMap((place) => {
    const pen = props.grid.pens[place];
    return pen === undefined ? [] : [[pen, place] as const];
  });
}
