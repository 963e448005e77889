import type { SampleJson, WritablePointJson } from '../api/contract.ts';
import { NO_VALUE } from '../telemetry/format-value.ts';

export function withUnit(value: string, unit: string | undefined): string {
  return unit === undefined ? value : `${value} ${unit}`;
}

/** `now 550 °C`, and how it is where that is not good. */
export function presentText(
  { writeOnly, unit }: Pick<WritablePointJson, 'writeOnly' | 'unit'>,
  sample: SampleJson | undefined,
): string {
  if (writeOnly === true) return 'cannot be read';
  if (sample === undefined) return 'not polled';
  const { value, text, quality, cause } = sample;
  const known = value === null ? NO_VALUE : withUnit(String(text ?? value), unit);
  const why = quality === 'good' ? '' : ` (${cause ?? quality})`;
  return `now ${known}${why}`;
}

/** `limits 0 … 1200 °C, step 1, change ≤ 400`; empty where there are none. */
export function limitsText({ min, max, step, maxChange, states, unit }: WritablePointJson): string {
  const parts = [
    ...(min !== undefined && max !== undefined ? [withUnit(`${min} … ${max}`, unit)] : []),
    ...(step === undefined ? [] : [`step ${step}`]),
    ...(maxChange === undefined ? [] : [`change ≤ ${maxChange}`]),
    ...(states === undefined ? [] : [Object.values(states).join(', ')]),
  ];
  return parts.length === 0 ? '' : `limits ${parts.join(', ')}`;
}

/** `memory wear: 14 writes today of 24, 3211 of 100000 in the life of the device, 18 years left` */
export function wearText({
  total,
  cycles,
  today,
  perDay,
  yearsLeft,
}: NonNullable<WritablePointJson['wear']>): string {
  const day = perDay === undefined ? `${today} writes today` : `${today} writes today of ${perDay}`;
  const years = yearsLeft === undefined ? '' : `, ${yearsText(yearsLeft)} left at this pace`;
  return `memory wear: ${day}, ${spaced(total)} of ${spaced(cycles)} in the life of the device${years}`;
}

function yearsText(years: number): string {
  if (years >= 100) return 'more than 100 years';
  return years >= 1 ? `${Math.floor(years)} years` : `${Math.floor(years * 12)} months`;
}

/** `100 000`: digits in threes. */
function spaced(whole: number): string {
  return String(whole).replaceAll(/\B(?=(?:\d{3})+$)/g, ' ');
}
