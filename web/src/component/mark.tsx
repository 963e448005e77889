import type { Priority } from '../model/attention.ts';
import { t } from '../text/language.ts';

const SHAPES: Readonly<Record<Priority, { readonly path: string; readonly y: number }>> = {
  1: { path: 'M2 2h16v16H2z', y: 14.2 },
  2: { path: 'M10 1.5 19 18H1z', y: 16 },
  3: { path: 'M10 1.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 1 0 0-17z', y: 14.2 },
  4: { path: 'M10 1l9 9-9 9-9-9z', y: 14 },
};

/** A priority by shape, number and colour, so that none of them is needed alone. */
export function Mark({ priority }: { readonly priority: Priority }) {
  const { path, y } = SHAPES[priority];
  return (
    <svg
      class={`mark mark-${priority}`}
      viewBox="0 0 20 20"
      role="img"
      aria-label={t(`mark.${priority}`)}
    >
      <path d={path} />
      <text x="10" y={y} text-anchor="middle">
        {priority}
      </text>
    </svg>
  );
}
