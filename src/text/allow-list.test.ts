import { expect, test } from 'vitest';
import { UsageError } from '../base/errors.ts';
import { admitFor } from './allow-list.ts';

test.each<[string, readonly string[] | undefined, string, boolean]>([
  ['127.0.0.1', undefined, '127.0.0.1', true],
  ['localhost', undefined, '::1', true],
  ['::1', undefined, '::ffff:127.0.0.1', true],
  ['127.0.0.1', undefined, '192.168.1.7', false],
  ['0.0.0.0', ['192.168.1.7'], '192.168.1.7', true],
  ['0.0.0.0', ['192.168.1.7'], '192.168.1.8', false],
  ['0.0.0.0', ['192.168.1.7'], '127.0.0.1', false],
  ['::', ['10.0.0.0/8'], '::ffff:10.200.0.1', true],
  ['::', ['10.0.0.0/8'], '11.0.0.1', false],
  ['::', ['fd00::/8'], 'fd12::1', true],
  ['::', ['fd00::/8'], 'fe80::1', false],
  ['::', ['0.0.0.0/0'], '203.0.113.9', true],
  ['::', ['0.0.0.0/0'], '2001:db8::1', false],
  ['0.0.0.0', [], '127.0.0.1', false],
  ['127.0.0.1', undefined, '', false],
])('a listener on %s with the list %j admits %s: %s', (host, allow, address, isAdmitted) => {
  expect(admitFor(host, allow)(address)).toBe(isAdmitted);
});

test.each(['0.0.0.0', '::', '192.168.1.7', '127.0.0.1.example'])(
  'a listener on %s needs a list',
  (host) => {
    expect(() => admitFor(host, undefined)).toThrow(UsageError);
    expect(() => admitFor(host, undefined)).toThrow(`listening on ${host} needs an allow list`);
  },
);

test.each([
  'zabbix.example',
  '10.0.0.0/33',
  'fd00::/129',
  '10.0.0.0/',
  '10.0.0.0/8/8',
  '10.0.0',
  '',
])('"%s" is refused as an entry', (entry) => {
  expect(() => admitFor('0.0.0.0', [entry])).toThrow(UsageError);
});
