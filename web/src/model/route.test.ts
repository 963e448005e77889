import { expect, test } from 'vitest';
import { hrefTo, parseRoute } from './route.ts';

test.each([
  ['', 'overview', undefined, ''],
  ['#', 'overview', undefined, ''],
  ['#/', 'overview', undefined, ''],
  ['#/points', 'points', undefined, ''],
  ['#points', 'points', undefined, ''],
  ['#/devices/furnace1', 'devices', 'furnace1', ''],
  ['#/devices/furnace%2F1?tab=matrix', 'devices', 'furnace/1', 'tab=matrix'],
  ['#/trends?pens=a.b&range=1h', 'trends', undefined, 'pens=a.b&range=1h'],
  ['#/points?find=a%3Fb?c', 'points', undefined, 'find=a%3Fb%3Fc'],
  ['#/devices/%zz', 'devices', '%zz', ''],
])('%s leads to %s', (hash, screen, name, query) => {
  const route = parseRoute(hash);
  expect([route.screen, route.name, route.query.toString()]).toEqual([screen, name, query]);
});

test('an address is read as it was written', () => {
  const href = hrefTo('devices', 'bath 1/2', { tab: 'matrix', find: 'a&b', none: undefined });
  const { screen, name, query } = parseRoute(href);
  expect([screen, name, Object.fromEntries(query)]).toEqual([
    'devices',
    'bath 1/2',
    { tab: 'matrix', find: 'a&b' },
  ]);
});
