import { bold, line, styled, type Line, type Span } from '../line.ts';
import { ageMs } from '../rows.ts';
import { BOLD } from '../style.ts';
import { qualityText, valueText, withUnit } from '../texts.ts';
import type { Scene } from '../ui-state.ts';
import { ageIn, qualityStyle } from './point-list.ts';

/** Everything that is known of one point. */
export function pointPage({ site, now }: Scene, id: string): readonly Line[] {
  const view = site.point(id);
  if (view === undefined) return [line(` there is no point ${id} any more`)];
  const { point, sample } = view;
  const value = withUnit(valueText(point, sample), point.unit);
  const raw = sample.raw?.map((word) => `0x${word.toString(16).toUpperCase().padStart(4, '0')}`);
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['age', ageIn(ageMs(view, site.gatewayMs(now)))],
    ['changed', sample.time],
    ['last good', sample.lastGood],
    ['raw', raw?.join(' ')],
    ['address', point.address],
    ['type', point.type],
    ['kind', point.kind],
    ['category', point.category],
    ['asked every', `${point.everyMs / 1000} s`],
    ['device', point.device],
  ];
  return [
    line(' ', bold(id), point.label === undefined ? '' : `  ${point.label}`),
    [],
    fact('value', styled(value, BOLD | qualityStyle(sample))),
    fact('quality', styled(qualityText(sample, site.link.state === 'lost'), qualityStyle(sample))),
    ...facts.flatMap(([name, text]) => (text === undefined ? [] : [fact(name, text)])),
    [],
    line(' w write   Esc back'),
  ];
}

function fact(name: string, text: string | Span): Line {
  return line(` ${name.padEnd(12)}`, text);
}
