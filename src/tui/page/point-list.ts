import { styled, type Line } from '../line.ts';
import { ageMs } from '../rows.ts';
import type { PointView } from '../site-model.ts';
import { ALARM, PLAIN, WARN } from '../style.ts';
import { ageText, qualityText, valueText } from '../texts.ts';
import type { Scene } from '../ui-state.ts';
import { headLine, restWidth, tableLine, type Column } from './list.ts';

const AGE_WIDTH = 7;

/** How points stand in a list, with or without the device they are of. */
export interface PointList {
  readonly head: Line;
  lineOf(view: PointView): Line;
}

export function pointList(scene: Scene, withDevice: boolean): PointList {
  const columns = columnsOf(scene, withDevice);
  const calendar = scene.site.gatewayMs(scene.now);
  const isOld = scene.site.link.state === 'lost';
  const isWide = columns.some(({ title }) => title === 'ADDRESS');
  return {
    head: headLine(columns),
    lineOf(view) {
      const { point, sample } = view;
      const style = qualityStyle(sample);
      const age = ageMs(view, calendar);
      return tableLine(columns, [
        ...(withDevice ? [point.device] : []),
        point.name,
        styled(valueText(point, sample), style),
        point.unit ?? '',
        ageIn(age),
        styled(qualityText(sample, isOld), style),
        ...(isWide ? [`${point.address} ${point.type}`, point.label ?? ''] : []),
      ]);
    },
  };
}

export function qualityStyle({ quality, cause }: PointView['sample']): number {
  if (quality === 'good' || cause === 'not-read-yet' || cause === 'not-present') return PLAIN;
  return quality === 'bad' ? ALARM : WARN;
}

export function ageIn(age: number): string {
  return age === Infinity ? '—' : ageText(age);
}

function columnsOf({ site: { widths }, size }: Scene, withDevice: boolean): readonly Column[] {
  const isWide = size.columns >= 120;
  const most = isWide ? 28 : 24;
  const columns: Column[] = [
    ...(withDevice ? [{ title: 'DEVICE', width: Math.min(widths.device, 14) }] : []),
    { title: 'POINT', width: Math.min(widths.point, most) },
    { title: 'VALUE', width: isWide ? 20 : 13, align: 'right' },
    { title: 'UNIT', width: Math.min(widths.unit, 8) },
    { title: 'AGE', width: AGE_WIDTH, align: 'right' },
  ];
  if (!isWide) return [...columns, { title: 'QUALITY', width: restWidth(columns, size.columns) }];
  columns.push({ title: 'QUALITY', width: 17 }, { title: 'ADDRESS', width: 15 });
  return [...columns, { title: 'LABEL', width: restWidth(columns, size.columns) }];
}
