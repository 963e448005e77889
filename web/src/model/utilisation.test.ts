import { expect, test } from 'vitest';
import type { FrameJson } from '../../../src/api/contract.ts';
import { byteMs, utilisationOf } from './utilisation.ts';

function frame(atMs: number, direction: 'sent' | 'received', bytes = 0): FrameJson {
  const hex = Array.from({ length: bytes }, () => '00').join(' ');
  return { ...{ seq: atMs, time: '', line: 'bus', summary: '' }, atMs, direction, hex };
}

test.each([
  ['serial:/dev/ttyUSB0 9600 8N1', 10 / 9.6],
  ['serial:/dev/ttyUSB0 19200 8E1', 11 / 19.2],
  ['tcp://127.0.0.1:502', 0],
  ['rtu+tcp://127.0.0.1:502', 0],
])('a byte on %s takes %d ms', (url, ms) => {
  expect(byteMs(url)).toBeCloseTo(ms, 6);
});

test('time is spent on the wire, waiting, in the pause that follows, and on nothing', () => {
  const frames = [
    ...[frame(0, 'sent', 8), frame(30, 'received', 10)],
    ...[frame(40, 'sent', 8), frame(70, 'received', 10)],
  ];
  expect(utilisationOf(frames, 1, 100)).toEqual({
    busy: (10 + 8 + 10) / 100,
    waiting: (20 + 20) / 100,
    pause: (2 + 30) / 100,
    idle: 0,
  });
  expect(utilisationOf(frames, 1, 1_070)?.idle).toBeCloseTo(1000 / 1070, 6);
});

test('a question that nobody answers is waited for', () => {
  expect(utilisationOf([frame(0, 'sent', 8), frame(800, 'received')], 0, 800)?.waiting).toBe(1);
  expect(utilisationOf([frame(0, 'sent', 8)], 0, 500)?.waiting).toBe(1);
});

test('of a line that said nothing nothing is known', () => {
  expect(utilisationOf([], 1, 1_000)).toBeUndefined();
});
