import { expect, test } from 'vitest';
import { FakeDialer } from '../../../test/support/fake-transport.ts';
import { ManualClock } from '../../base/manual-clock.ts';
import { formatFrame } from '../frame.ts';
import { parseCandumpLine } from './candump-line.ts';
import { SlcanProtocol } from './slcan.ts';
import { SocketcandProtocol } from './socketcand.ts';
import { StreamSource } from './stream-source.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (all: readonly Uint8Array[]): string[] =>
  all.map((one) => new TextDecoder().decode(one));

function rig(kind: 'slcan' | 'socketcand'): {
  readonly clock: ManualClock;
  readonly dialer: FakeDialer;
  readonly source: StreamSource;
  readonly events: string[];
  readonly stop: () => void;
} {
  const clock = new ManualClock();
  const dialer = new FakeDialer();
  const source = new StreamSource({
    ...{ url: 'bus', clock, dialer },
    protocol: (listener) =>
      kind === 'slcan'
        ? new SlcanProtocol(250_000, listener)
        : new SocketcandProtocol('can0', listener),
  });
  const events: string[] = [];
  const stop = source.start({
    frame: (frame) => events.push(formatFrame(frame)),
    up: () => events.push('up'),
    down: (error) => events.push(error.message),
  });
  return { clock, dialer, source, events, stop };
}

test('a lost connection is opened again after growing pauses, and half a line does not survive it', async () => {
  const { clock, dialer, events, source } = rig('slcan');
  await clock.run(0);
  dialer.transports[0]?.receive(bytes('t1231AA\rt1231'));
  dialer.transports[0]?.hangUp();
  expect(events).toEqual(['up', '123#AA', 'bus ended the connection']);
  await clock.run(500);
  dialer.transports[1]?.receive(bytes('BB\rt1231CC\r'));
  expect(events.slice(3)).toEqual(['up', '123#CC']);
  expect(source.damaged).toBe(1);
});

test('what cannot be dialled is tried again, no more than once a minute', async () => {
  const { clock, dialer, events, stop } = rig('slcan');
  dialer.isRefusing = true;
  await clock.run(0);
  dialer.transports[0]?.hangUp();
  await clock.run(600_000);
  expect(dialer.dials).toBeGreaterThan(10);
  expect(dialer.dials).toBeLessThan(30);
  expect(events.at(-1)).toContain('cannot connect');
  stop();
  const { dials } = dialer;
  await clock.run(600_000);
  expect(dialer.dials).toBe(dials);
});

test('a server that says nothing is given up, and one that refuses says why', async () => {
  const { clock, dialer, events } = rig('socketcand');
  await clock.run(10_000);
  expect(events).toEqual(['bus says nothing']);
  await clock.run(500);
  dialer.transports[1]?.receive(bytes('< hi >< error could not open bus >'));
  expect(events[1]).toBe('bus refuses: could not open bus');
  expect(dialer.transports[1]?.isOpen).toBe(false);
});

test('frames are sent once the bus is open, and an adapter is closed in the end', async () => {
  const { clock, dialer, source, stop } = rig('slcan');
  const frame = parseCandumpLine('181FE8F4#14')!;
  expect(source.send(frame)).toBe(false);
  await clock.run(0);
  expect(source.send(frame)).toBe(true);
  const [transport] = dialer.transports;
  stop();
  expect(textOf(transport?.written ?? []).slice(-2)).toEqual(['T181FE8F4114\r', 'C\r']);
  expect(source.send(frame)).toBe(false);
});
