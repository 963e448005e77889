import { describe, expect, test } from 'vitest';
import { AccessList, addressOf, type AccessRule } from './access-list.ts';

const RULES: readonly AccessRule[] = [
  { from: '192.168.1.0/24', access: 'write', name: 'writer' },
  { from: ['192.168.2.0/24', 'fd00::/8'], access: 'read', name: 'reader' },
  { from: '192.168.3.0/24', access: 'write', units: [2], name: 'unit 2 alone' },
  {
    ...{ from: '192.168.4.0/24', access: 'write', name: 'a few' },
    ranges: [{ table: 'holding', start: 10, count: 5 }],
  },
  { from: '192.168.4.0/24', access: 'read', units: [1], name: 'all of unit 1' },
  { from: 'serial', access: 'read', name: 'the line' },
];

const at = { table: 'holding', start: 10, count: 2, unitId: 1 } as const;

describe('a request', () => {
  test.each([
    ['192.168.1.7:5', 'write', {}, 0, 'writer'],
    ['192.168.1.7:5', 'read', {}, 0, 'writer'],
    ['192.168.2.7:5', 'read', {}, 0, 'reader'],
    ['192.168.2.7:5', 'write', {}, 1, 'reader'],
    ['[fd00::7]:5', 'read', {}, 0, 'reader'],
    ['[fd00::7]:5', 'write', {}, 1, 'reader'],
    ['192.168.3.7:5', 'write', {}, 1, 'unit 2 alone'],
    ['192.168.3.7:5', 'read', {}, 1, 'unit 2 alone'],
    ['192.168.3.7:5', 'write', { unitId: 2 }, 0, 'unit 2 alone'],
    ['192.168.4.7:5', 'write', {}, 0, 'a few'],
    ['192.168.4.7:5', 'write', { start: 14, count: 1 }, 0, 'a few'],
    ['192.168.4.7:5', 'write', { start: 14, count: 2 }, 2, 'a few'],
    ['192.168.4.7:5', 'write', { table: 'coil' }, 2, 'a few'],
    ['192.168.4.7:5', 'read', { start: 14, count: 2 }, 0, 'all of unit 1'],
    ['192.168.4.7:5', 'read', { start: 14, count: 2, unitId: 2 }, 2, 'a few'],
    ['serial', 'read', {}, 0, 'the line'],
    ['serial', 'write', {}, 1, 'the line'],
    ['10.0.0.1:5', 'read', {}, 1, 'unlisted'],
    ['nonsense:x', 'read', {}, 0, 'the line'],
  ] as const)('of %s to %s %j is answered %i', (peer, access, over, exception, client) => {
    const verdict = new AccessList(RULES).judge(access, { ...at, ...over, peer });
    expect(verdict).toEqual({ exception, client });
  });
});

test('only addresses of a rule may connect', () => {
  const list = new AccessList(RULES);
  expect(list.admits('192.168.2.9')).toBe(true);
  expect(list.admits('10.0.0.1')).toBe(false);
  expect(new AccessList().admits('127.0.0.1')).toBe(true);
  expect(new AccessList().admits('192.168.2.9')).toBe(false);
  expect(new AccessList([]).admits('127.0.0.1')).toBe(false);
});

test('what was let through and refused is counted by name, for any number of connections', () => {
  const list = new AccessList(RULES);
  for (let port = 1; port <= 1_000; port += 1) {
    list.judge('write', { ...at, peer: `192.168.2.7:${port}` });
    list.judge('read', { ...at, peer: `192.168.2.7:${port}` });
  }
  expect(list.counters()[1]).toEqual({ name: 'reader', reads: 1_000, writes: 0, refused: 1_000 });
});

test('a rule with something else than a network is refused', () => {
  const rules = [{ from: '192.168.1.0/40', access: 'read', name: 'x' }] as const;
  expect(() => new AccessList(rules)).toThrow('prefix of 40 bits');
});

test.each([
  ['192.168.1.7:40123', '192.168.1.7'],
  ['[fe80::1]:40123', 'fe80::1'],
  ['serial', undefined],
])('the address of %s is %s', (peer, address) => {
  expect(addressOf(peer)).toBe(address);
});
