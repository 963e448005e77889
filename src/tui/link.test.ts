import { beforeEach, describe, expect, test } from 'vitest';
import { batterySnapshot, NOW_TEXT } from '../../test/support/tui-scene.ts';
import { ManualClock } from '../base/manual-clock.ts';
import { EventStreamReader } from './event-stream.ts';
import { SourceLink } from './link.ts';
import type { SourceListener, TuiSource } from './source.ts';

describe('a link to a source', () => {
  let clock: ManualClock;
  let said: string[];
  let streams: SourceListener[];
  let closed: number;
  let link: SourceLink;

  beforeEach(() => {
    clock = new ManualClock();
    said = [];
    streams = [];
    closed = 0;
    const source: TuiSource = {
      where: 'here',
      open(listener) {
        streams.push(listener);
        return () => (closed += 1);
      },
      sinks: async () => undefined,
      frames: async () => undefined,
      writes: async () => undefined,
      write: async () => ({ ok: false, text: '' }),
    };
    const listener = {
      snapshot: () => said.push(`${clock.now()} snapshot`),
      delta: () => said.push(`${clock.now()} delta`),
      lost: (why: string | undefined) => said.push(`${clock.now()} lost: ${why ?? ''}`),
    };
    link = new SourceLink(source, clock, listener, () => 1);
    link.start();
  });

  const delta = (): void => streams.at(-1)?.delta({ time: NOW_TEXT });

  test('says within three seconds that nothing is heard, and then opens another stream', () => {
    streams[0]?.snapshot(batterySnapshot());
    clock.advance(1_000);
    delta();
    clock.advance(10_000);
    expect(said.slice(0, 4)).toEqual([
      '0 snapshot',
      '1000 delta',
      '3700 lost: nothing is heard',
      '7000 lost: nothing is heard',
    ]);
    expect([streams.length, closed]).toEqual([2, 1]);
  });

  test('tries again with growing pauses when a stream ends, up to five seconds', () => {
    const opened: number[] = [];
    for (let at = 0; at < 40_000; at += 100) {
      if (streams.length > opened.length) {
        opened.push(clock.now());
        streams.at(-1)?.lost('refused');
      }
      clock.advance(100);
    }
    const pauses = opened.slice(1).map((at, index) => at - (opened[index] ?? 0));
    expect(pauses.slice(0, 6)).toEqual([500, 1_000, 2_000, 4_000, 5_000, 5_000]);
    expect(said[0]).toBe('0 lost: refused');
  });

  test('begins with short pauses again once something was heard', () => {
    for (const _ of [1, 2, 3]) {
      streams.at(-1)?.lost('refused');
      clock.advance(5_000);
    }
    delta();
    streams.at(-1)?.lost('gone');
    const before = streams.length;
    clock.advance(500);
    expect(streams.length).toBe(before + 1);
  });

  test('holds no alarm and no stream when it was stopped', () => {
    link.stop();
    expect([clock.nextAlarm(), closed]).toEqual([Infinity, 1]);
  });

  test('holds no alarm when it was stopped between two tries', () => {
    streams[0]?.lost('refused');
    link.stop();
    expect(clock.nextAlarm()).toBe(Infinity);
  });
});

describe('an event stream', () => {
  const event = (name: string, data: unknown): string =>
    `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;

  function read(chunks: readonly string[]): readonly string[] {
    const said: string[] = [];
    const reader = new EventStreamReader({
      snapshot: ({ name }) => said.push(`snapshot ${name}`),
      delta: ({ time }) => said.push(`delta ${time}`),
    });
    for (const chunk of chunks) reader.push(chunk);
    return said;
  }

  const text = event('snapshot', batterySnapshot()) + event('delta', { time: 'now' });

  test.each([
    ['whole', [text]],
    ['in letters', Array.from(text)],
    ['with a comment and an unknown event', [`: ping\n\n${event('other', 1)}`, text]],
  ])('is read %s', (_, chunks) => {
    expect(read(chunks)).toEqual(['snapshot anzen-r3000', 'delta now']);
  });

  test('is refused when it is no JSON, or without an end', () => {
    expect(() => read(['event: delta\ndata: {"a\n\n'])).toThrow(SyntaxError);
    expect(() => read(['x'.repeat(65_000_000)])).toThrow(RangeError);
  });
});
