import type { Input } from '../expression/value.ts';
import type { WriteRules } from '../profile/write-rules.ts';
import type { Sample } from '../telemetry/sample.ts';
import type { Site } from '../telemetry/site.ts';
import { refusal, type Refusal } from './write-request.ts';
import type { GatedPoint } from './gate-setup.ts';

/** What the gate looks at before it writes. */
export type GateView = Pick<Site, 'sample' | 'devices'>;

const MAX_AGE_MS = 10_000;

/** Is the device alive, and what is known of the point good and fresh? */
export function deviceProblem(
  view: GateView,
  { id, device, point }: GatedPoint,
  rules: WriteRules,
  wallMicros: number,
): Refusal | undefined {
  const status = view.devices().find(({ name }) => name === device);
  if (status?.state !== 'good') {
    const state = status?.state ?? 'not there';
    return refusal('device-down', `${device} is ${state}; write when it answers again`);
  }
  const sample = point.access === 'wo' ? undefined : view.sample(id);
  if (sample !== undefined) return sampleProblem(sample, rules, wallMicros);
  // What is not polled is read before the frame anyway; then an answer of the device must be fresh.
  const age = ageMs(status.lastAnswerAt ?? -Infinity, wallMicros);
  if (age <= (rules.maxAgeMs ?? MAX_AGE_MS)) return undefined;
  return refusal('stale', `${device} was last heard ${seconds(age)} ago`);
}

function sampleProblem(sample: Sample, rules: WriteRules, wallMicros: number): Refusal | undefined {
  const { point, quality, cause, at } = sample;
  if (quality !== 'good') {
    const why = cause === undefined ? '' : ` (${cause})`;
    return refusal('quality', `${point.id} is ${quality}${why}; its present value must be good`);
  }
  const age = ageMs(at, wallMicros);
  if (age <= maxAgeMs(rules, sample)) return undefined;
  return refusal('stale', `${point.id} was read ${seconds(age)} ago; wait for the next poll`);
}

/** Every condition must be known and true; what it looks at must be good and fresh. */
export function interlockProblem(
  view: GateView,
  { id, device }: GatedPoint,
  rules: WriteRules,
  wallMicros: number,
): Refusal | undefined {
  const lookup = (name: string): Input | undefined => {
    const sample = view.sample(name.includes('.') ? name : `${device}.${name}`);
    if (sample?.quality !== 'good') return undefined;
    return ageMs(sample.at, wallMicros) <= maxAgeMs(rules, sample) ? sample : undefined;
  };
  for (const { condition, message } of rules.interlocks ?? []) {
    const { value, quality, cause } = condition.evaluate(lookup);
    const hint = message === undefined ? '' : `: ${message}`;
    if (quality !== 'good' || typeof value !== 'boolean') {
      const why = cause === undefined ? '' : ` (${cause})`;
      return refusal('interlock-unknown', `${id}: ${condition.text} is not known${why}${hint}`);
    }
    if (!value) return refusal('interlock', `${id}: ${condition.text} is not met${hint}`);
  }
  return undefined;
}

function maxAgeMs(rules: WriteRules, { point }: Sample): number {
  return rules.maxAgeMs ?? Math.max(MAX_AGE_MS, 2 * point.everyMs);
}

/** A time in the future is as old as it is far: the calendar was set back since. */
function ageMs(at: number, wallMicros: number): number {
  return Math.abs(wallMicros - at) / 1000;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
