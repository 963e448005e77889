import { expect, test } from 'vitest';
import { isLoopbackHost, parseNetworks } from './network-list.ts';

test.each([
  ['192.168.1.0/24', '192.168.1.7', true],
  ['192.168.1.0/24', '192.168.2.7', false],
  ['192.168.1.0/24', '::ffff:192.168.1.7', true],
  ['192.168.1.0/24', '::FFFF:c0a8:0107', true],
  ['192.168.1.0/24', '::ffff:192.168.2.7', false],
  ['192.168.1.9/24', '192.168.1.7', true],
  ['192.168.1.7', '192.168.1.7', true],
  ['192.168.1.7', '192.168.1.8', false],
  ['0.0.0.0/0', '8.8.8.8', true],
  ['0.0.0.0/0', 'fd00::1', false],
  ['10.0.0.0/9', '10.128.0.0', false],
  ['10.0.0.0/9', '10.127.255.255', true],
  ['fd00::/8', 'fd12:3456::1', true],
  ['fd00::/8', 'fe80::1', false],
  ['fd00::/8', '10.0.0.1', false],
  ['fe80::/10', 'fe80::1%eth0', true],
  ['::1', '::1', true],
  ['2001:db8::/33', '2001:db8:7fff::1', true],
  ['2001:db8::/33', '2001:db8:8000::1', false],
  ['loopback', '127.0.0.1', true],
  ['loopback', '127.9.9.9', true],
  ['loopback', '::1', true],
  ['loopback', '::ffff:127.0.0.1', true],
  ['loopback', '192.168.1.7', false],
  ['any', '8.8.8.8', true],
  ['any', 'fd00::1', true],
  ['any', '', false],
  ['any', 'localhost', false],
  ['any', 'serial', false],
])('of %s, %s is a part: %s', (network, address, expected) => {
  expect(parseNetworks([network]).isAllowed(address)).toBe(expected);
});

test('an address in any of several networks is allowed, and none in an empty list', () => {
  const list = parseNetworks(['192.168.1.0/24', 'fd00::/8']);
  expect(list.isAllowed('fd00::7')).toBe(true);
  expect(list.isAllowed('192.168.1.1')).toBe(true);
  expect(list.isAllowed('192.168.3.1')).toBe(false);
  expect(parseNetworks([]).isAllowed('127.0.0.1')).toBe(false);
});

test.each([
  ['192.168.1.0/33', 'prefix of 33 bits, expected 0..32'],
  ['fd00::/129', 'prefix of 129 bits, expected 0..128'],
  ['192.168.1', 'is no network'],
  ['192.168.1.0/', 'is no network'],
  ['192.168.1.0/24/8', 'is no network'],
  ['', 'is no network'],
  ['home', 'is no network'],
  ['1.2.3.4/-1', 'is no network'],
])('refuses %s', (text, message) => {
  expect(() => parseNetworks([text])).toThrow(message);
});

test.each([
  ['127.0.0.1', true],
  ['::1', true],
  ['localhost', true],
  ['0.0.0.0', false],
  ['::', false],
  ['192.168.1.7', false],
  ['furnace.lab', false],
])('a listener on %s hears this machine alone: %s', (host, expected) => {
  expect(isLoopbackHost(host)).toBe(expected);
});
