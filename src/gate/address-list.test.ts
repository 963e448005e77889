import { expect, test } from 'vitest';
import { addressList } from './address-list.ts';

test.each<[readonly string[], string, boolean]>([
  [['local'], 'local', true],
  [['local'], '127.0.0.1', true],
  [['local'], '::1', true],
  [['local'], '::ffff:127.0.0.1', true],
  [['local'], '10.0.0.1', false],
  [[], 'local', false],
  [['10.0.0.0/8'], 'local', false],
  [['10.0.0.0/8'], '127.0.0.1', false],
  [['10.0.0.0/8'], '10.255.0.1', true],
  [['10.0.0.0/8'], '11.0.0.1', false],
  [['10.1.2.3'], '10.1.2.3', true],
  [['10.1.2.3'], '10.1.2.4', false],
  [['fd00::/8'], 'fd12::7', true],
  [['fd00::/8'], 'fe80::7', false],
  [['fe80::/10'], 'fe80::7%eth0', true],
  [['10.0.0.0/8'], '', false],
  [['10.0.0.0/8'], '10.0.0.1.evil.example', false],
])('%j and %s: %s', (entries, address, isAllowed) => {
  expect(addressList(entries)(address)).toBe(isAllowed);
});

test.each(['', 'localhost', '10.0.0.0/33', '10.0.0.0/', '10.0.0.0/8/8', '::/129', '10.0.0.0/-1'])(
  '"%s" is no address',
  (entry) => {
    expect(() => addressList([entry])).toThrow('is no address');
  },
);
