import type { PointJson, WritablePointJson } from '../../api/contract.ts';
import { bold, line, styled, type Line } from '../line.ts';
import { ALARM, BOLD, PLAIN, REVERSE } from '../style.ts';
import { qualityText, valueText, withUnit } from '../texts.ts';
import type { Scene, WriteDraft } from '../ui-state.ts';
import { barredText } from '../press-write.ts';
import { qualityStyle } from './point-list.ts';

/** One write, from the value that is typed to what became of it. */
export function writePage(scene: Scene, draft: WriteDraft): readonly Line[] {
  const { site } = scene;
  const view = site.point(draft.id);
  if (view === undefined) return [line(` there is no point ${draft.id} any more`)];
  const { point, sample } = view;
  const old = withUnit(valueText(point, sample), point.unit);
  const wanted = draft.step === 'value' ? '' : withUnit(draft.wanted, point.unit);
  return [
    line(' ', bold(`WRITE ${draft.id}`), point.label === undefined ? '' : `  ${point.label}`),
    [],
    line(` now      `, styled(old, BOLD | qualityStyle(sample)), `  ${qualityText(sample)}`),
    ...(wanted === '' ? [] : [line(' wanted   ', bold(wanted))]),
    line(` register ${point.address} ${point.type}`),
    ...rangeLines(point),
    ...limitLines(scene, draft),
    [],
    ...stepLines(draft),
  ];
}

/** What the gate says of the point: it alone decides, so this is to know and not to check. */
function limitLines(scene: Scene, { id, step }: WriteDraft): readonly Line[] {
  const barred = step === 'done' ? undefined : barredText(scene, id);
  if (barred !== undefined) return [line(' limits   ', styled(`▲ ${barred}`, ALARM))];
  const rules = scene.site.writes?.points.find(({ point }) => point === id);
  if (rules === undefined) return [line(' limits   the gate of the gateway decides')];
  const limits = limitsText(rules);
  return [
    line(` limits   ${limits === '' ? 'none but those of its registers' : limits}`),
    ...(rules.interlocks ?? []).map(({ condition, message }) =>
      line(` only if  ${condition}${message === undefined ? '' : `  (${message})`}`),
    ),
    ...(rules.wear === undefined ? [] : [line(` wear     ${wearText(rules.wear)}`)]),
  ];
}

function limitsText({ min, max, step, maxChange, minIntervalMs, unit }: WritablePointJson): string {
  const parts = [
    min === undefined && max === undefined ? '' : withUnit(`${min ?? ''} … ${max ?? ''}`, unit),
    step === undefined ? '' : `in steps of ${step}`,
    maxChange === undefined ? '' : `change at most ${maxChange}`,
    minIntervalMs === undefined ? '' : `once in ${minIntervalMs / 1000} s`,
  ];
  return parts.filter((part) => part !== '').join(', ');
}

function wearText({
  total,
  cycles,
  today,
  perDay,
}: NonNullable<WritablePointJson['wear']>): string {
  const daily = perDay === undefined ? '' : ` of ${perDay}`;
  return `${today}${daily} writes today, ${total} of ${cycles} in the life of the device`;
}

function rangeLines({ range, states, unit }: PointJson): readonly Line[] {
  if (states !== undefined) {
    const names = Object.entries(states).map(([number, name]) => `${number} ${name}`);
    return [line(` values   ${names.join(', ')}`)];
  }
  if (range === undefined) return [];
  const { low = '', high = '' } = range;
  return [line(` range    ${withUnit(`${low} … ${high}`, unit)}`)];
}

function stepLines({ step, wanted, typed, outcome }: WriteDraft): readonly Line[] {
  const caret = styled(' ', REVERSE);
  switch (step) {
    case 'value':
      return [line(' new value: ', bold(typed), caret), [], line(' Enter goes on, Esc leaves it')];
    case 'confirm':
      return [
        line(` type ${wanted} again to write it: `, bold(typed), caret),
        [],
        line(' Enter writes when both are the same, Esc leaves it'),
      ];
    case 'sent':
      return [line(' sent to the gateway, waiting for what became of it …')];
    case 'done':
      return [
        line(
          ' ',
          styled(outcome?.ok === true ? '● done: ' : '▲ not done: ', BOLD),
          styled(outcome?.text ?? '', outcome?.ok === true ? PLAIN : ALARM),
        ),
        [],
        line(' Esc goes back'),
      ];
  }
}
