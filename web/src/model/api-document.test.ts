import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { curlCommand, filledPath, topicsOf, type ApiDocument } from './api-document.ts';

const FILE = join(import.meta.dirname, '../../../schema/openapi.json');
const topics = topicsOf(JSON.parse(readFileSync(FILE, 'utf8')) as ApiDocument);
const routes = topics.flatMap((topic) => topic.routes);
const find = (method: string, path: string) =>
  routes.find((route) => route.method === method && route.path === path)!;

test('every route is in a topic, and each topic has some', () => {
  expect(routes.length).toBeGreaterThan(50);
  expect(topics.every((topic) => topic.routes.length > 0 && topic.summary !== '')).toBe(true);
  expect(routes.every(({ summary }) => summary !== '')).toBe(true);
});

test('what changes something, or does not end, is not tried', () => {
  expect(find('GET', '/api/v1/values').isReading).toBe(true);
  expect(find('GET', '/api/v1/events').isReading).toBe(false);
  expect(find('GET', '/api/v1/traffic/capture').isReading).toBe(false);
  expect(routes.filter(({ method, isReading }) => method !== 'GET' && isReading)).toEqual([]);
});

test('a path is filled with what was typed', () => {
  const value = find('GET', '/api/v1/values/{device}/{point}');
  expect(filledPath(value, { device: 'a b', point: 'c/d', format: 'plain' })).toBe(
    '/api/v1/values/a%20b/c%2Fd?format=plain',
  );
  expect(filledPath(value, { device: '', format: '' })).toBe('/api/v1/values/{device}/{point}');
});

test('a command for a shell is below the path of a proxy, with a token for what changes', () => {
  const base = 'https://plant/gw/';
  expect(curlCommand(find('GET', '/api/v1/values'), base, {})).toBe(
    "curl 'https://plant/gw/api/v1/values'",
  );
  expect(curlCommand(find('PUT', '/api/v1/values/{device}/{point}'), base, {})).toContain(
    "-X PUT 'https://plant/gw/api/v1/values/{device}/{point}' -H \"Authorization: Bearer",
  );
});
