import { nearest } from '../base/did-you-mean.ts';
import { matches } from '../base/matches.ts';
import { localIso } from '../base/time-format.ts';
import { formatQuality } from '../telemetry/format-value.ts';
import type { Sample } from '../telemetry/sample.ts';
import type { Site } from '../telemetry/site.ts';
import type { LastJson, PointJson, SampleJson, ValuesJson } from './contract.ts';
import { pointJson, valueJson } from './json.ts';
import type { Problem } from './problem.ts';

/** What a request for values leads to: an answer, or a refusal. */
export type Outcome<T> = { readonly ok: T } | { readonly problem: Problem };

export function allValues(site: Site): ValuesJson {
  return site.snapshot().map(valueJson);
}

export function deviceValues(site: Site, device: string): Outcome<ValuesJson> {
  const values = site.snapshot().filter(({ point }) => point.device === device);
  return values.length > 0 ? { ok: values.map(valueJson) } : noSuchDevice(site, device);
}

export function pointValue(site: Site, device: string, point: string): Outcome<SampleJson> {
  const found = findSample(site, device, point);
  return 'ok' in found ? { ok: valueJson(found.ok) } : found;
}

/** Numbers that are good, and nothing else: whoever asks this way cannot see a quality. */
export function lastValues(site: Site, device: string): Outcome<LastJson> {
  const samples = site.snapshot().filter(({ point }) => point.device === device);
  if (samples.length === 0) return noSuchDevice(site, device);
  const numbers = samples.flatMap(({ point: { name }, quality, value, at }) =>
    quality === 'good' && typeof value === 'number' ? [{ name, value, at }] : [],
  );
  const newest = Math.max(...numbers.map(({ at }) => at));
  if (numbers.length === 0) {
    return {
      problem: {
        ...{ status: 503, code: 'value-not-good', detail: `no number of ${device} is good` },
        fix: `GET /api/v1/values/${encodeURIComponent(device)} says why`,
      },
    };
  }
  return {
    ok: {
      ...Object.fromEntries(numbers.map(({ name, value }) => [name, value])),
      ...{ device, timestamp: localIso(newest), unix: Math.floor(newest / 1e6) },
    },
  };
}

export function devicePoints(site: Site, device: string): Outcome<readonly PointJson[]> {
  const points = site.points().filter((point) => point.device === device);
  return points.length > 0 ? { ok: points.map(pointJson) } : noSuchDevice(site, device);
}

/** Those whose `device.point` matches. */
export function somePoints(site: Site, pattern = '*'): readonly PointJson[] {
  return site.points().flatMap((point) => (matches(pattern, point.id) ? [pointJson(point)] : []));
}

/** The bare value for scripts. Only a good one: a script cannot see a quality beside a number. */
export function plainValue(site: Site, device: string, point: string): Outcome<string> {
  const found = findSample(site, device, point);
  if (!('ok' in found)) return found;
  const { value, quality } = found.ok;
  if (quality === 'good' && value !== undefined) return { ok: `${String(value)}\n` };
  return {
    problem: {
      status: 503,
      code: 'value-not-good',
      detail: `${device}.${point} is ${formatQuality(found.ok)}`,
      fix: 'ask again later, or without format=plain to see the last good value and its time',
    },
  };
}

function findSample(site: Site, device: string, point: string): Outcome<Sample> {
  const sample = site.sample(`${device}.${point}`);
  // An id with a dot in the wrong half would name the same point twice.
  if (sample?.point.device === device && sample.point.name === point) return { ok: sample };
  const names = site
    .points()
    .filter((known) => known.device === device)
    .map(({ name }) => name);
  if (names.length === 0) return noSuchDevice(site, device);
  return {
    problem: {
      status: 404,
      code: 'no-such-point',
      detail: `${device} has no point named ${point}`,
      fix: suggestion(point, names, `/api/v1/values/${encodeURIComponent(device)}`),
    },
  };
}

function noSuchDevice(site: Site, device: string): { readonly problem: Problem } {
  const names = site.devices().map(({ name }) => name);
  return {
    problem: {
      status: 404,
      code: 'no-such-device',
      detail: `no device with values is named ${device}`,
      fix: suggestion(device, names, '/api/v1/devices'),
    },
  };
}

function suggestion(word: string, known: readonly string[], list: string): string {
  const near = nearest(word, known);
  return near === undefined ? `GET ${list} lists them` : `did you mean ${near}?`;
}
