import { describe, expect, test } from 'vitest';
import { FakeSite, sitePoint } from '../../test/support/fake-site.ts';
import type { AlarmRule } from '../alarm/alarm-rule.ts';
import { silentLogger } from '../base/log.ts';
import { ManualClock } from '../base/manual-clock.ts';
import { memorySinkFiles } from '../delivery/sink-files.ts';
import { memoryJournal } from '../journal/memory-journal.ts';
import type { Journal } from '../journal/journal.ts';
import { eventRecord, type SiteEvent } from '../telemetry/event.ts';
import { Alarms } from './alarms.ts';

const HI: AlarmRule = {
  ...{ id: 'f.pv.hi', device: 'f', point: 'pv', priority: 'high', text: 'hot', unit: '°C' },
  ...{ delayMs: 2_000, offDelayMs: 0 },
  test: { kind: 'hi', point: 'f.pv', limit: 100, hysteresis: 0 },
};
const DOWN: AlarmRule = {
  ...{ id: 'f.down', device: 'f', priority: 'urgent', text: 'f does not answer' },
  ...{ delayMs: 0, offDelayMs: 0, test: { kind: 'down', device: 'f' } },
};

/** A gateway's alarms with a site, a journal and a disk that outlive them. */
class Bench {
  readonly clock = new ManualClock();
  readonly journal: Journal = memoryJournal({ clock: this.clock });
  contents = new Map<string, string>();
  site = new FakeSite(this.clock);
  isTaking = true;
  told: SiteEvent[] = [];
  #alarms: Alarms | undefined;

  get alarms(): Alarms {
    if (this.#alarms === undefined) throw new Error('not started');
    return this.#alarms;
  }

  get types(): string {
    return this.told.map(({ type }) => type).join(' ');
  }

  get state(): string | undefined {
    return this.alarms.list()[0]?.state;
  }

  async start(rules: readonly AlarmRule[] = [HI]): Promise<void> {
    const { clock, journal } = this;
    this.site = new FakeSite(clock);
    this.site.usePoints([sitePoint('f.pv')]);
    this.site.useDevice({ name: 'f', state: 'waiting' });
    // A run that was killed writes and tells nothing more.
    this.contents = new Map(this.contents);
    const told: SiteEvent[] = (this.told = []);
    this.#alarms = await Alarms.open(rules, {
      ...{ site: this.site, clock, journal, logger: silentLogger },
      ...{ files: memorySinkFiles(this.contents), folder: '/alarms' },
      append: (event) => {
        if (!this.isTaking || told !== this.told) return false;
        told.push(event);
        return journal.append(eventRecord(event)) !== undefined;
      },
    });
  }

  async wait(ms: number): Promise<void> {
    await this.clock.run(ms);
  }
}

async function started(rules?: readonly AlarmRule[]): Promise<Bench> {
  const bench = new Bench();
  await bench.start(rules);
  return bench;
}

describe('the alarms of a running site', () => {
  test('are raised when their delay is over although no value changes', async () => {
    const bench = await started();
    bench.site.answer({ 'f.pv': 120 });
    await bench.wait(1_900);
    expect(bench.types).toBe('');
    await bench.wait(100);
    expect(bench.told).toEqual([
      {
        ...{ type: 'alarm.raised', at: expect.any(Number) as number },
        ...{ source: 'f/pv', subject: 'f.pv.hi' },
        data: {
          ...{ alarm: 'f.pv.hi', priority: 'high', kind: 'hi', text: 'hot' },
          ...{ value: 120, unit: '°C', limit: 100 },
        },
      },
    ]);
  });

  test('stay as they are while a device is silent, which is told', async () => {
    const bench = await started([HI, DOWN]);
    bench.site.answer({ 'f.pv': 120 });
    bench.site.useDevice({ name: 'f', state: 'good' });
    await bench.wait(3_000);
    bench.site.fail(['f.pv'], 'bad', 'timeout');
    bench.site.useDevice({ name: 'f', state: 'silent', error: 'no answer' });
    await bench.wait(3_000);
    expect(bench.types).toBe('alarm.raised device.down alarm.raised');
    expect(bench.alarms.list()).toMatchObject([
      { state: 'active-unacknowledged', isUncertain: true },
      { state: 'active-unacknowledged' },
    ]);
    bench.site.useDevice({ name: 'f', state: 'good' });
    bench.site.answer({ 'f.pv': 20 });
    await bench.wait(1_000);
    expect(bench.types).toMatch(/alarm.cleared device.up alarm.cleared$/);
  });

  test.each(['a stop', 'a kill', 'a kill before anything was written'])(
    'stay as they were after %s, and raise nothing again',
    async (end) => {
      const bench = await started([HI, DOWN]);
      bench.site.useDevice({ name: 'f', state: 'silent' });
      bench.site.answer({ 'f.pv': 120 });
      await bench.wait(2_000);
      bench.alarms.acknowledge('f.pv.hi', 'ann', 'seen');
      if (end === 'a stop') await bench.alarms.close();
      if (end === 'a kill') await bench.wait(1_000);
      if (end.endsWith('written')) bench.contents.clear();
      await bench.start([HI, DOWN]);
      expect(bench.alarms.list()).toMatchObject([
        {
          ...{ state: 'active-acknowledged', acked: { by: 'ann', comment: 'seen' } },
          ...{ occurrence: { value: 120 }, isUncertain: true },
        },
        { state: 'active-unacknowledged' },
      ]);
      bench.site.answer({ 'f.pv': 121 });
      bench.site.useDevice({ name: 'f', state: 'silent' });
      await bench.wait(3_000);
      expect(bench.types).toBe('');
      expect(bench.alarms.events().map(({ event }) => event.type)).toEqual([
        ...['alarm.acked', 'alarm.raised', 'device.down', 'alarm.raised'].filter((it) =>
          it.startsWith('alarm'),
        ),
      ]);
      bench.site.answer({ 'f.pv': 20 });
      expect(bench.types).toBe('alarm.cleared');
    },
  );

  test('that no rule speaks of after a restart are cleared', async () => {
    const bench = await started();
    bench.site.answer({ 'f.pv': 120 });
    await bench.wait(4_000);
    await bench.start([]);
    expect(bench.told).toMatchObject([{ type: 'alarm.cleared', subject: 'f.pv.hi' }]);
  });

  test('end their shelving after a restart', async () => {
    const bench = await started();
    bench.alarms.shelve('f.pv.hi', { forMs: 60_000, by: 'ann', reason: 'repair' });
    bench.site.answer({ 'f.pv': 120 });
    await bench.wait(10_000);
    expect([bench.types, bench.state]).toEqual(['alarm.shelved', 'shelved']);
    await bench.start();
    bench.site.answer({ 'f.pv': 120 });
    await bench.wait(51_000);
    expect(bench.types).toBe('alarm.unshelved alarm.raised');
  });

  test('wait with their events for a journal that takes none, and are not kept before', async () => {
    const bench = await started();
    bench.isTaking = false;
    bench.site.answer({ 'f.pv': 120 });
    await bench.wait(4_000);
    expect(bench.state).toBe('active-unacknowledged');
    expect(bench.contents.get('/alarms/state.json') ?? '').not.toContain('f.pv.hi');
    bench.isTaking = true;
    await bench.wait(10_000);
    expect(bench.types).toBe('alarm.raised');
    expect(bench.contents.get('/alarms/state.json')).toContain('f.pv.hi');
  });

  test('are kept within a second, and a file of events stays small', async () => {
    const bench = await started([{ ...HI, delayMs: 0 }]);
    for (let turn = 0; turn < 2_100; turn += 1) {
      bench.site.answer({ 'f.pv': turn % 2 === 0 ? 120 : 20 });
      if (turn % 100 === 0) await bench.wait(1_000);
    }
    await bench.wait(1_000);
    expect(bench.alarms.events()).toHaveLength(1_000);
    expect(bench.contents.get('/alarms/events.jsonl')?.split('\n').length).toBeLessThan(2_001);
    await bench.start([{ ...HI, delayMs: 0 }]);
    expect(bench.alarms.events()[0]?.sequence).toBe(2_100);
  });

  test.each(['state.json', 'events.jsonl'])('begin anew from a damaged %s', async (name) => {
    const bench = await started();
    bench.site.answer({ 'f.pv': 120 });
    await bench.wait(4_000);
    bench.contents.set(`/alarms/${name}`, '{"version":1,');
    await bench.start();
    expect(bench.state).toBe('active-unacknowledged');
  });

  test('that are unknown are not answered', async () => {
    const bench = await started();
    expect(bench.alarms.acknowledge('x', 'ann')).toBeUndefined();
    expect(bench.alarms.unshelve('x', 'ann')).toBeUndefined();
  });
});
