import { expect, test } from 'vitest';
import { peerName, plainAddress } from './peer-name.ts';

test.each([
  ['127.0.0.1', '127.0.0.1', '127.0.0.1:7'],
  ['::ffff:192.168.1.7', '192.168.1.7', '192.168.1.7:7'],
  ['fe80::1', 'fe80::1', '[fe80::1]:7'],
  ['::ffff:0:1', '::ffff:0:1', '[::ffff:0:1]:7'],
])('a client at %s', (reported, address, peer) => {
  expect(plainAddress(reported)).toBe(address);
  expect(peerName(address, 7)).toBe(peer);
});
