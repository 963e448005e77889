import { describe, expect, test } from 'vitest';
import { UsageError } from '../base/errors.ts';
import { dialerFor, parseEndpoint, parseTarget } from './endpoint.ts';

describe('an endpoint of a configuration', () => {
  test.each([
    ['tcp://10.0.0.5', 'tcp://10.0.0.5:502', { kind: 'tcp', host: '10.0.0.5', port: 502 }],
    ['TCP://PLC-7:1502', 'tcp://plc-7:1502', { kind: 'tcp', host: 'plc-7', port: 1502 }],
    ['tcp://[::1]:502', 'tcp://[::1]:502', { kind: 'tcp', host: '::1', port: 502 }],
    ['rtu+tcp://moxa:8899', 'rtu+tcp://moxa:8899', { kind: 'rtu+tcp', host: 'moxa', port: 8899 }],
    [
      'serial:/dev/ttyUSB0 19200 8e1',
      'serial:/dev/ttyUSB0 19200 8E1',
      { path: '/dev/ttyUSB0', baud: 19200, dataBits: 8, parity: 'even', stopBits: 1 },
    ],
    [
      'serial:///dev/ttyS1',
      'serial:/dev/ttyS1 9600 8N1',
      { path: '/dev/ttyS1', baud: 9600, dataBits: 8, parity: 'none', stopBits: 1 },
    ],
    ['serial:COM3 115200', 'serial:COM3 115200 8N1', { path: 'COM3', baud: 115200 }],
    ['serial:/dev/x 9600 8o2', 'serial:/dev/x 9600 8O2', { parity: 'odd', stopBits: 2 }],
  ])('%s', (text, url, facts) => {
    const endpoint = parseEndpoint(text);
    expect(endpoint).toMatchObject({ url, ...facts });
    expect(parseEndpoint(endpoint.url)).toEqual(endpoint);
    expect(dialerFor(endpoint).url).toBe(url);
  });

  test.each([
    ['', 'is no endpoint, expected tcp://host'],
    ['10.0.0.5', 'is no endpoint'],
    ['modbus://10.0.0.5', 'is no endpoint'],
    ['tcp:10.0.0.5', 'the host follows "//"'],
    ['tcp://', 'the host is missing'],
    ['tcp://a b', '"a b" is no host'],
    ['tcp://host:0', '"0" is no port'],
    ['tcp://host:', '"" is no port'],
    ['tcp://host:65536', '"65536" is no port'],
    ['tcp://host:1e3', '"1e3" is no port'],
    ['tcp://::1:502', 'stands in brackets'],
    ['tcp://[zz]:502', '"zz" is no host'],
    ['rtu+tcp://moxa', 'the port is missing'],
    ['serial:ttyUSB0', '"ttyUSB0" is no serial port'],
    ['serial:/dev/ttyUSB0 fast', '"fast" is no speed'],
    ['serial:/dev/ttyUSB0 9600 8M1', '"8M1": parity "M", expected N'],
    ['serial:/dev/ttyUSB0 9600 8N1 rts', 'unexpected "rts"'],
    ['serial:/dev/ttyUSB0 9600 7E1', '7 data bits carry Modbus ASCII only'],
  ])('"%s" is refused: %s', (text, message) => {
    expect(() => parseEndpoint(text)).toThrow(UsageError);
    expect(() => parseEndpoint(text)).toThrow(message);
  });
});

describe('a target at the command line', () => {
  test.each([
    ['192.168.1.50', undefined, 'tcp://192.168.1.50:502'],
    ['localhost:1502', undefined, 'tcp://localhost:1502'],
    ['[::1]:502', undefined, 'tcp://[::1]:502'],
    ['[fe80::1%eth0]', undefined, 'tcp://[fe80::1%eth0]:502'],
    ['tcp://10.0.0.5', undefined, 'tcp://10.0.0.5:502'],
    ['/dev/ttyUSB0', undefined, 'serial:/dev/ttyUSB0 9600 8N1'],
    ['/dev/ttyUSB0', '19200 8E1', 'serial:/dev/ttyUSB0 19200 8E1'],
    ['serial:/dev/ttyUSB0 9600 8N1', '38400', 'serial:/dev/ttyUSB0 38400 8N1'],
    ['COM4', undefined, 'serial:COM4 9600 8N1'],
  ])('%s with %s', (text, settings, url) => {
    expect(parseTarget(text, settings).url).toBe(url);
  });

  test('serial settings mean nothing to a network endpoint, and that is said', () => {
    expect(() => parseTarget('10.0.0.5', '9600 8N1')).toThrow('is no serial port');
  });
});
