import { nearest } from '../base/did-you-mean.ts';
import { formatQuality } from '../telemetry/format-value.ts';
import type { Sample } from '../telemetry/sample.ts';
import type { Site } from '../telemetry/site.ts';
import type { SampleJson, ValuesJson } from './contract.ts';
import { valueJson } from './json.ts';
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
