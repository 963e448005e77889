import { describe, expect, test } from 'vitest';
import { addressList } from './address-list.ts';

describe('addresses that a person names', () => {
  test.each([
    ['192.168.1.0/30', ['192.168.1.1', '192.168.1.2']],
    ['192.168.1.7/30', ['192.168.1.5', '192.168.1.6']],
    ['10.0.0.4/31', ['10.0.0.4', '10.0.0.5']],
    ['10.0.0.4/32', ['10.0.0.4']],
    ['192.168.1.10-12', ['192.168.1.10', '192.168.1.11', '192.168.1.12']],
    ['192.168.1.0-1', ['192.168.1.0', '192.168.1.1']],
  ])('%s', (text, expected) => {
    expect(addressList(text)).toEqual(expected);
  });

  test('a /22 is the largest network, without its own address and the broadcast', () => {
    const all = addressList('172.16.4.0/22') ?? [];
    expect([all.length, all[0], all.at(-1)]).toEqual([1022, '172.16.4.1', '172.16.7.254']);
    expect(new Set(all).size).toBe(1022);
  });

  test.each([
    ['10.0.0.0/21', /2048 addresses/],
    ['10.0.0.0/0', /22 or smaller/],
    ['10.0.0.0/33', /0\.\.32 bits/],
    ['10.0.0.256/24', /is no address/],
    ['10.0.0.9-8', /expected a range/],
    ['10.0.0.9-256', /expected a range/],
  ])('%s is refused', (text, said) => {
    expect(() => addressList(text)).toThrow(said);
  });

  test.each(['192.168.1.50', 'tcp://192.168.1.0/24', '/dev/ttyUSB0', 'host', '::1/64'])(
    '%s is no list of addresses',
    (text) => {
      expect(addressList(text)).toBeUndefined();
    },
  );
});
