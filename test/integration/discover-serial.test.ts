import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/base/system-clock.ts';
import { encodeRtu } from '../../src/codec/frame/rtu.ts';
import { serveTransport, type TransportServer } from '../../src/server/serve-transport.ts';
import { dialerFor, parseEndpoint } from '../../src/transport/endpoint.ts';
import { dinrail, folder, meter } from '../support/discover.ts';
import { missing, ptyPair, type Peer } from '../support/peers.ts';

describe.skipIf(missing('socat'))('a serial line', () => {
  const [near, far] = [join(folder, 'near'), join(folder, 'far')];
  let cable: Peer;
  let server: TransportServer;

  beforeAll(async () => {
    cable = await ptyPair(near, far);
    const units = new Map([2, 5, 6].map((unit) => [unit, meter()]));
    const transport = await dialerFor(parseEndpoint(`serial:${far} 115200 8N1`)).dial(
      new AbortController().signal,
    );
    server = serveTransport(transport, {
      units,
      clock: systemClock,
      turnaroundMs: 5,
      interceptor: ({ unitId, functionCode, pdu }) => {
        if (unitId === 6) return { answer: 'corrupt' };
        if (functionCode === 3 && pdu[1] === 0xff) return { answer: 'none' };
        return undefined;
      },
    });
  });
  afterAll(async () => {
    server.close();
    await cable.stop();
  });

  test('is scanned: who answers, who is noise, and which settings', async () => {
    const { stdout, stderr, code } = await dinrail(
      ...['scan', near, '--serial', '115200 8N1', '--units', '1-8'],
    );
    expect(
      stdout.split('\n').map((line) =>
        line
          .trim()
          .split(/\s{2,}/)
          .slice(0, 2),
      ),
    ).toEqual([['2', 'answers'], ['5', 'answers'], ['6', 'noise'], ['']]);
    expect(stdout).toMatch(/3 damaged answers: two devices on one id/);
    expect(stderr).toMatch(/line settings {2}115200 8N1 {2}✓/);
    expect(code).toBe(0);
  });

  test('of which nobody answers is scanned in other settings too, if that is wanted', async () => {
    const words = ['scan', near, '--serial', '19200 8N1', '--units', '30-31', '--timeout', '20ms'];
    const plain = await dinrail(...words);
    expect(plain.stderr).toMatch(/19200 8N1 {2}nobody answers {3}--deep tries 9600 8N1, /);
    const deep = await dinrail(...words, '--deep');
    expect(deep.stderr).toMatch(/(?:line settings[^]*){9}/);
    expect([plain.code, deep.code]).toEqual([5, 5]);
  });

  test('has devices that say who they are in one frame of any length', async () => {
    const { stdout } = await dinrail('identify', near, '--serial', '115200 8N1', '-u', '5');
    expect(stdout).toMatch(/device identification {2}not supported/);
    expect(stdout).toMatch(/schneider\/pm8000/);
  });

  test('is pinged', async () => {
    const { stdout, code } = await dinrail(
      ...['ping', near, '--serial', '115200 8N1', '-u', '2', '-n', '5'],
    );
    expect(stdout).toMatch(/^5 sent {2}5 answered/);
    expect(code).toBe(0);
  });
});

describe.skipIf(missing('socat'))('a serial device that identifies itself', () => {
  const [near, far] = [join(folder, 'near2'), join(folder, 'far2')];

  test('is understood, although nothing but its objects tells how long the answer is', async () => {
    const cable = await ptyPair(near, far);
    const transport = await dialerFor(parseEndpoint(`serial:${far} 115200 8N1`)).dial(
      new AbortController().signal,
    );
    const text = [...Buffer.from('A vendor with a name that goes on and on', 'ascii')];
    transport.listen({
      data: (chunk) => {
        const pdu =
          chunk[1] === 0x2b
            ? Uint8Array.of(0x2b, 0x0e, 1, 1, 0, 0, 1, 0, text.length, ...text)
            : Uint8Array.of((chunk[1] ?? 0) | 0x80, 2);
        transport.write(encodeRtu(chunk[0] ?? 0, pdu));
      },
      end: () => undefined,
    });
    const { stdout } = await dinrail('identify', near, '--serial', '115200 8N1');
    expect(stdout).toMatch(
      /device identification {2}vendor A vendor with a name that goes on and on/,
    );
    transport.close();
    await cable.stop();
  });
});
