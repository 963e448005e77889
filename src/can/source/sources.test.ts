import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ManualClock } from '../../base/manual-clock.ts';
import { systemClock } from '../../base/system-clock.ts';
import { formatFrame } from '../frame.ts';
import { parseCandumpLine } from './candump-line.ts';
import type { CanReceiver, CanSource } from './can-source.ts';
import { CandumpSource } from './candump-source.ts';
import { LogSource } from './log-source.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'dinrail-can-'))));
afterEach(() => rmSync(folder, { recursive: true }));

interface Heard {
  readonly frames: string[];
  readonly downs: string[];
  ups: number;
  ends: number;
}

function listen(source: CanSource): { readonly heard: Heard; readonly stop: () => void } {
  const heard: Heard = { frames: [], downs: [], ups: 0, ends: 0 };
  const receiver: CanReceiver = {
    frame: (frame) => heard.frames.push(frame.isError ? 'error' : formatFrame(frame)),
    up: () => (heard.ups += 1),
    down: (error) => heard.downs.push(error.message),
    end: () => (heard.ends += 1),
  };
  return { heard, stop: source.start(receiver) };
}

function logOf(text: string): string {
  const path = join(folder, 'a.log');
  writeFileSync(path, text);
  return path;
}

const LOG = `# a comment
(1000.000000) can0 001#00
(1000.100000) can0 002#00
garbage
(1000.300000) can0 003#00
(1000.200000) can0 004#00`;

test('a log is played as it was recorded; a clock that was set back costs no time', () => {
  const clock = new ManualClock();
  const source = new LogSource({ url: 'x', path: logOf(LOG), speed: 1, isLooped: false, clock });
  const { heard } = listen(source);
  clock.advance(50);
  expect(heard.frames).toEqual(['001#00']);
  clock.advance(60);
  expect(heard.frames).toEqual(['001#00', '002#00']);
  clock.advance(150);
  expect(heard.frames).toHaveLength(2);
  clock.advance(100);
  expect(heard.frames).toEqual(['001#00', '002#00', '003#00', '004#00']);
  expect([heard.ups, heard.ends, heard.downs, source.damaged]).toEqual([1, 1, [], 1]);
});

test('a log is played faster, and again and again', () => {
  const clock = new ManualClock();
  const source = new LogSource({ url: 'x', path: logOf(LOG), speed: 100, isLooped: true, clock });
  const { heard, stop } = listen(source);
  clock.advance(1_000);
  expect(heard.frames.length).toBeGreaterThan(300);
  expect(heard.ends).toBe(0);
  stop();
  const before = heard.frames.length;
  clock.advance(1_000);
  expect(heard.frames).toHaveLength(before);
});

test.each([
  ['', 'there is no frame in'],
  ['no frame\n', 'there is no frame in'],
])('a log with nothing in it (%j) is tried again, and says why', (text, message) => {
  const clock = new ManualClock();
  const source = new LogSource({ url: 'x', path: logOf(text), speed: 1, isLooped: true, clock });
  const { heard, stop } = listen(source);
  clock.advance(20);
  expect(heard.downs[0]).toContain(message);
  clock.advance(120_000);
  expect(heard.downs.length).toBeGreaterThan(5);
  expect(heard.downs.length).toBeLessThan(20);
  stop();
});

test('a log that is not there is waited for', () => {
  const clock = new ManualClock();
  const path = join(folder, 'b.log');
  const { heard, stop } = listen(
    new LogSource({ url: 'x', path, speed: 1, isLooped: true, clock }),
  );
  expect(heard.downs).toEqual([`cannot read ${path}`]);
  writeFileSync(path, LOG);
  clock.advance(1_000);
  expect(heard.frames.length).toBeGreaterThan(0);
  stop();
});

/** Stand-ins for the programs of can-utils. */
function programs(candump: string): { readonly candump: string; readonly cansend: string } {
  const make = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, `#!/bin/sh\n${text}\n`);
    chmodSync(path, 0o755);
    return path;
  };
  return {
    candump: make('candump', candump),
    cansend: make('cansend', `echo "$@" >> ${folder}/sent`),
  };
}

const CAN0 = { url: 'can://can0', bus: 'can0', bitrate: 250_000, clock: systemClock };

test('an interface is heard through candump, its drops and errors counted, and sent to with cansend', async () => {
  const script = `echo "(1.0) can0 123#0102"
echo "DROPCOUNT: dropped 5 CAN frames on 'can0' socket (total drops 5)"
echo "(1.0) can0 20000004#0000000000000000"
echo nonsense
sleep 5`;
  const source = new CandumpSource({ ...CAN0, programs: programs(script) });
  const { heard, stop } = listen(source);
  await expect.poll(() => source.damaged).toBe(1);
  expect([heard.frames, source.dropped, heard.ups]).toEqual([['123#0102', 'error'], 5, 1]);
  expect(source.send(parseCandumpLine('181FE8F4#14')!)).toBe(true);
  await expect
    .poll(() => readFileSync(join(folder, 'sent'), { flag: 'a+', encoding: 'utf8' }))
    .toBe('can0 181FE8F4#14\n');
  stop();
  expect(source.send(parseCandumpLine('181FE8F4#14')!)).toBe(false);
});

test.each([
  ['write: No buffer space available', 'exit 1', 5],
  ['nothing', 'exit 0', 0],
])('when cansend says %s (%s), %i frames count as not sent', async (_said, script, failed) => {
  const made = programs('echo "(1.0) can0 123#00"; sleep 5');
  writeFileSync(made.cansend, `#!/bin/sh\n${script}\n`);
  const source = new CandumpSource({ ...CAN0, programs: made });
  const { heard, stop } = listen(source);
  await expect.poll(() => heard.ups).toBe(1);
  // Four at once are the most: a fifth is taken when the first are over.
  for (let count = 0; count < 4; count += 1) source.send(parseCandumpLine('181FE8F4#14')!);
  await expect.poll(() => source.send(parseCandumpLine('181FE8F4#14')!)).toBe(true);
  await expect.poll(() => source.failed).toBe(failed);
  stop();
});

test.each([
  [
    'echo "SIOCGIFINDEX: No such device" >&2; exit 1',
    'can0 is not up (SIOCGIFINDEX: No such device): sudo ip link set can0 up txqueuelen 1000 type can bitrate 250000',
  ],
  ['exit 3', 'candump ended'],
])('candump that ends (%s) says what to do', async (script, message) => {
  const { heard, stop } = listen(new CandumpSource({ ...CAN0, programs: programs(script) }));
  await expect.poll(() => heard.downs).toEqual([message]);
  expect(heard.ups).toBe(0);
  stop();
});

test('a virtual interface has no bit rate, and may have to be added', async () => {
  const script = programs('echo "read: Network is down" >&2; exit 1');
  const virtual = { ...CAN0, url: 'can://vcan0', bus: 'vcan0', programs: script };
  const { heard, stop } = listen(new CandumpSource(virtual));
  await expect
    .poll(() => heard.downs)
    .toEqual([
      'vcan0 is not up (read: Network is down): sudo ip link add dev vcan0 type vcan; sudo ip link set vcan0 up',
    ]);
  stop();
});

test('without can-utils it says how to install them', async () => {
  const none = { candump: join(folder, 'none'), cansend: join(folder, 'none') };
  const { heard, stop } = listen(new CandumpSource({ ...CAN0, programs: none }));
  await expect
    .poll(() => heard.downs)
    .toEqual(['candump is not installed: sudo apt-get install can-utils']);
  stop();
});
