import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseEndpoint } from '../transport/endpoint.ts';
import { isProblem, readEndpoint } from './endpoint-syntax.ts';

describe('an endpoint', () => {
  test.each([
    ['tcp://192.168.1.50', 'tcp://192.168.1.50:502', '192.168.1.50:502'],
    ['TCP://Meter.Local:0503', 'tcp://meter.local:503', 'meter.local:503'],
    ['tcp://[fe80::1]:1502', 'tcp://[fe80::1]:1502', '[fe80::1]:1502'],
    ['rtu+tcp://192.168.1.60:8899', 'rtu+tcp://192.168.1.60:8899', '192.168.1.60:8899'],
    ['serial:/dev/ttyUSB0', 'serial:/dev/ttyUSB0 9600 8N1', '/dev/ttyUSB0'],
    ['serial:/dev/ttyUSB0 19200 8e1', 'serial:/dev/ttyUSB0 19200 8E1', '/dev/ttyUSB0'],
    ['serial:/dev//ttyUSB0  9600  8O2', 'serial:/dev/ttyUSB0 9600 8O2', '/dev/ttyUSB0'],
    ['serial:COM3 115200', 'serial:COM3 115200 8N1', 'COM3'],
  ])('%s is %s, and the transport means the same', (written, text, resource) => {
    expect(readEndpoint(written)).toMatchObject({ text, resource });
    expect(parseEndpoint(written).url).toBe(text);
    expect(parseEndpoint(text).url).toBe(text);
  });

  test.each([
    ['', 'is no endpoint', undefined],
    ['192.168.1.50', 'is no endpoint', 'did you mean tcp://192.168.1.50?'],
    ['/dev/ttyUSB0', 'is no endpoint', 'did you mean serial:/dev/ttyUSB0?'],
    ['rtu:///dev/ttyUSB0', 'is no endpoint', 'did you mean serial:/dev/ttyUSB0?'],
    ['modbus://plc:502', 'is no endpoint', 'did you mean tcp://plc:502?'],
    ['tcp:plc', 'the host follows "//"', 'write tcp://plc'],
    ['tcp://', 'the host is missing', undefined],
    ['tcp://plc/1', '"plc/1" is no host', 'a host has no path: plc'],
    ['tcp://me:pw@plc', '"pw@plc" is no port', undefined],
    ['tcp://a b', '"a b" is no host', 'a host has no spaces'],
    ['tcp://plc:0', '"0" is no port', undefined],
    ['rtu+tcp://plc', 'the port is missing', 'such as rtu+tcp://host:8899'],
    ['serial:ttyUSB0', '"ttyUSB0" is no serial port', 'such as serial:/dev/ttyUSB0 9600 8N1'],
    ['serial:/dev/ttyS0 8N1', '"8N1" is no speed', 'such as 9600 8N1 or 19200 8E1'],
    ['serial:/dev/ttyS0 9600 6N1', '"6" data bits', 'such as 9600 8N1 or 19200 8E1'],
    ['serial:/dev/ttyS0 9600 7E1', 'RTU sends bytes and needs 8', 'such as 9600 8N1 or 19200 8E1'],
    ['serial:/dev/ttyS0 9600 8N3', '1 or 2 stop bits', 'such as 9600 8N1 or 19200 8E1'],
    ['serial:/dev/ttyS0 9600 8N1 x', 'unexpected "x"', 'such as 9600 8N1 or 19200 8E1'],
    ['can://', '"" is no CAN interface', 'such as can://can0'],
    ['can://can0?rate=5', 'there is no option "rate"', 'known: bitrate dbitrate'],
    ['can://can0?bitrate=fast', 'bitrate is "fast"', undefined],
    ['socketcand:host', '"" is no host', 'such as socketcand://192.168.1.20:29536/can0'],
    ['socketcand://host:99999', '"99999" is no port', undefined],
    ['slcan:ttyACM0 250000', '"ttyACM0" is no serial port', 'such as slcan:/dev/ttyACM0 250000'],
    [
      'slcan:/dev/ttyACM0',
      'the bit rate is missing',
      'expected one of 10000 20000 50000 100000 125000 250000 500000 800000 1000000',
    ],
    ['candump:', 'the file is missing', 'candump:file.log'],
    ['candump:a.log?speed=0', 'speed is "0"', '1 as it was recorded, 10 ten times as fast'],
    ['candump:a.log?loop=ever', 'loop is "ever"', undefined],
  ])('%s is refused', (written, message, hint) => {
    const problem = readEndpoint(written);
    expect(problem).toMatchObject({ message: expect.stringContaining(message) as string });
    expect('hint' in problem ? problem.hint : undefined).toBe(hint);
    expect(() => parseEndpoint(written)).toThrow();
  });

  test('that is accepted here is one to the transport as well, in the same spelling', () => {
    const part = fc.constantFrom(
      ...['tcp', 'rtu+tcp', 'serial', ':', '//', '/dev/ttyS0', 'plc', '.', '[::1]', ' ', '502'],
      ...['9600', '8N1', '7e2', '-', '_', '@', 'COM3', '0', '99999'],
    );
    const written = fc.array(part, { maxLength: 8 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(written, (text) => {
        const endpoint = readEndpoint(text);
        if (!isProblem(endpoint)) expect(parseEndpoint(text).url).toBe(endpoint.text);
      }),
      { seed: 502, numRuns: 3000 },
    );
  });
});
