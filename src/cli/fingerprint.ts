import type { Clock } from '../base/clock.ts';
import { ModbusExceptionError } from '../base/errors.ts';
import type { ModbusClient } from '../client/client.ts';
import { loadProfile, listProfiles } from '../config/load-profile.ts';
import { railPoint } from '../engine/rail-point.ts';
import { ReadSet, type Reading } from '../engine/read-once.ts';
import { formatAddress } from '../profile/format.ts';
import type { RegisterPoint, Value } from '../profile/point.ts';
import type { IdentifyRule, Profile } from '../profile/profile.ts';
import { planReads } from '../profile/read-plan.ts';
import { formatValue } from '../telemetry/format-value.ts';
import { profileFolders } from './load.ts';
import type { CliContext } from './context.ts';

/** How sure it is that a device is of a kind. No answer of a device is a proof. */
export type Confidence = 'certain' | 'likely' | 'possible';

/** A profile that fits what a device answers. */
export interface Candidate {
  readonly profile: string;
  readonly label?: string;
  readonly confidence: Confidence;
  /** Rules that were checked; all of them passed. */
  readonly checks: number;
  /** One value, as a person would compare it with the display: `pv 23 °C`. */
  readonly reading?: string;
}

export interface AskOptions {
  readonly clock: Clock;
  readonly unit: number;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/** Every profile that can be used, the site's own folder before those that come with the program. */
export async function usableProfiles(context: CliContext): Promise<readonly Profile[]> {
  const profilesDirs = [`${context.cwd}/profiles`, ...profileFolders(context)];
  const listed = await listProfiles({ profilesDirs });
  const loaded = await Promise.all(listed.map(async ({ id }) => loadProfile(id, { profilesDirs })));
  return loaded.flatMap(({ profile }) => (profile === undefined ? [] : [profile]));
}

/**
 * The profiles whose rules this unit fulfils, the surest first. `says` is what the device calls itself:
 * where that names vendor and model it counts for more than any register.
 */
export async function findCandidates(
  client: ModbusClient,
  profiles: readonly Profile[],
  options: AskOptions,
  says: readonly string[] = [],
): Promise<readonly Candidate[]> {
  const found: { candidate: Candidate; weight: number }[] = [];
  let unheard = 0;
  for (const profile of profiles) {
    if (unheard >= MAX_UNHEARD) break;
    const isNamed = isNamedBy(profile, says);
    const readings = await readPoints(client, profile, rulePoints(profile), options);
    if (readings.length > 0) unheard = isUnheard(readings) ? unheard + 1 : 0;
    const weight = weigh(profile, readings) + (isNamed ? CERTAIN : 0);
    if (weight === 0 || (!isNamed && !passes(profile, readings))) continue;
    found.push({ candidate: await candidateOf(client, profile, weight, options), weight });
  }
  return found.sort((a, b) => b.weight - a.weight).map(({ candidate }) => candidate);
}

async function candidateOf(
  client: ModbusClient,
  profile: Profile,
  weight: number,
  options: AskOptions,
): Promise<Candidate> {
  const reading = await heroReading(client, profile, options);
  return {
    profile: profile.id,
    ...(profile.label !== undefined && { label: profile.label }),
    confidence: weight >= CERTAIN ? 'certain' : weight >= LIKELY ? 'likely' : 'possible',
    checks: profile.identify.length,
    ...(reading !== undefined && { reading }),
  };
}

/**
 * Some devices answer nothing at all to a question for registers they do not have. After so many profiles in
 * a row the others are not tried: each would cost a timeout.
 */
const MAX_UNHEARD = 8;

function isUnheard(readings: readonly Reading[]): boolean {
  return readings.every(
    ({ error }) => error !== undefined && !(error instanceof ModbusExceptionError),
  );
}

const CERTAIN = 6;
const LIKELY = 3;

function rulePoints({ identify }: Profile): readonly RegisterPoint[] {
  return identify.map(({ read }, index) => ({ ...read, name: `rule ${index}` }));
}

async function readPoints(
  client: ModbusClient,
  { plan }: Profile,
  points: readonly RegisterPoint[],
  { clock, unit, timeoutMs, signal }: AskOptions,
): Promise<readonly Reading[]> {
  if (points.length === 0) return [];
  // Who it is nobody knows yet, and so not what it makes of registers that no rule names.
  const options = { clock, timeoutMs, retries: 0, ...(signal !== undefined && { signal }) };
  return new ReadSet(client, unit, planReads(points, { ...plan, gap: 0 }), options).read();
}

function passes({ identify }: Profile, readings: readonly Reading[]): boolean {
  const values = new Map(readings.map(({ point, value }) => [point.name, value]));
  return (
    identify.length > 0 &&
    identify.every((rule, index) => passesRule(rule, values.get(`rule ${index}`)))
  );
}

/** Does a value fulfil a rule? One that is not there fulfils none. */
export function passesRule({ equals, between }: IdentifyRule, value: Value | undefined): boolean {
  if (value === undefined) return false;
  if (equals !== undefined) return value === equals || String(value) === String(equals);
  if (between === undefined) return true;
  return Number(value) >= between[0] && Number(value) <= between[1];
}

/**
 * What the fulfilled rules are worth: a given value says most, a range less, and least a zero, which is
 * what empty registers hold. A value over several registers rarely falls into a range by accident.
 */
function weigh({ identify }: Profile, readings: readonly Reading[]): number {
  const values = new Map(readings.map(({ point, value }) => [point.name, value]));
  return identify.reduce((sum, rule, index) => {
    const value = values.get(`rule ${index}`);
    return passesRule(rule, value) ? sum + weightOf(rule, value) : sum;
  }, 0);
}

function weightOf({ equals, between, read }: IdentifyRule, value: Value | undefined): number {
  if (equals !== undefined) return equals === 0 ? 1 : 3;
  if (between === undefined || value === 0) return 1;
  return read.count > 1 ? 3 : 2;
}

function isNamedBy({ vendor, models }: Profile, says: readonly string[]): boolean {
  const text = simplified(says.join(' '));
  if (text === '' || vendor === undefined) return false;
  const [brand = ''] = vendor.split(/\s+/);
  return (
    text.includes(simplified(brand)) && models.some((model) => text.includes(simplified(model)))
  );
}

function simplified(text: string): string {
  return text.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}

/** The value that comes first in the profile's view, or its first point. */
async function heroReading(
  client: ModbusClient,
  profile: Profile,
  options: AskOptions,
): Promise<string | undefined> {
  const [hero] = profile.view.hero;
  const point = profile.points.find(({ name }) => name === hero) ?? profile.points[0];
  if (point === undefined) return undefined;
  const [reading] = await readPoints(client, profile, [point], options);
  return reading === undefined ? undefined : readingText(reading);
}

/** `pv 23 °C`; undefined where there is no value. */
export function readingText({ point, value }: Reading): string | undefined {
  if (value === undefined) return undefined;
  const shown = formatValue(railPoint('', point, 0), value);
  return `${point.name || formatAddress(point)} ${shown}${point.unit === undefined ? '' : ` ${point.unit}`}`;
}
