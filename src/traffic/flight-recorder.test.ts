import { expect, test } from 'vitest';
import { ManualClock } from '../base/manual-clock.ts';
import { FlightRecorder } from './flight-recorder.ts';

const sent = { at: 0, direction: 'sent', bytes: Uint8Array.of(1, 3) } as const;
const timeout = {
  at: 0,
  direction: 'received',
  outcome: 'timeout',
  bytes: new Uint8Array(),
} as const;

test('the frames of two minutes before a fault are kept, and of five seconds after it', () => {
  const clock = new ManualClock();
  const recorder = new FlightRecorder(clock);
  const trace = recorder.trace('bus');
  trace(sent);
  clock.advance(121_000);
  trace(sent);
  recorder.trace('other')(sent);
  trace(timeout);
  clock.advance(4_000);
  trace(sent);
  expect(recorder.kept).toEqual([]);
  clock.advance(1_000);
  expect(recorder.kept).toMatchObject([{ line: 'bus', outcome: 'timeout' }]);
  expect(recorder.kept[0]?.frames.map(({ seq }) => seq)).toEqual([2, 4, 5]);
});

test('they stay when the ring has gone on', () => {
  const clock = new ManualClock();
  const recorder = new FlightRecorder(clock, { frames: 4, bytes: 1_000 });
  const trace = recorder.trace('bus');
  trace(timeout);
  clock.advance(5_000);
  for (let n = 0; n < 10; n += 1) trace(sent);
  expect(recorder.kept[0]?.frames).toHaveLength(1);
});

test('a line that fails all the time is kept once, and again after a minute of peace', () => {
  const clock = new ManualClock();
  const recorder = new FlightRecorder(clock);
  const trace = recorder.trace('bus');
  for (let second = 0; second < 120; second += 1) {
    trace(timeout);
    clock.advance(1_000);
  }
  expect(recorder.kept).toHaveLength(1);
  clock.advance(60_000);
  trace(timeout);
  clock.advance(5_000);
  expect(recorder.kept.map(({ id }) => id)).toEqual([2, 1]);
});

test('no more than eight are kept', () => {
  const clock = new ManualClock();
  const recorder = new FlightRecorder(clock);
  for (let line = 0; line < 12; line += 1) recorder.trace(`line${line}`)(timeout);
  clock.advance(5_000);
  expect(recorder.kept).toHaveLength(8);
});
