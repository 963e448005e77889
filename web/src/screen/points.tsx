import { PointTable } from '../component/point-table.tsx';

/** Every point of the site. */
export function Points() {
  return <PointTable />;
}
