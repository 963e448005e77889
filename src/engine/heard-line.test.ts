import { expect, test } from 'vitest';
import { ManualClock } from '../base/manual-clock.ts';
import { silentLogger } from '../base/log.ts';
import { InvalidRequestError } from '../base/errors.ts';
import type { Point } from '../telemetry/point.ts';
import { Engine } from './engine.ts';
import type { HeardGroup, HeardLine, HeardLineSetup } from './heard-line.ts';

const AT = 1_772_188_649_000_000;

function point(name: string): Point {
  return {
    ...{ id: `bms.${name}`, device: 'bms', name, address: 'can:1', type: 'u16', kind: 'gauge' },
    ...{ writable: false, everyMs: 1_000 },
  };
}

function heard(fingerprint = 'a'): {
  readonly clock: ManualClock;
  readonly engine: Engine;
  readonly setup: HeardLineSetup;
  readonly opened: HeardLine[];
  readonly closed: () => number;
} {
  const clock = new ManualClock();
  const opened: HeardLine[] = [];
  let closed = 0;
  const setup: HeardLineSetup = {
    ...{ kind: 'heard', name: 'can0', fingerprint, url: 'can://can0' },
    devices: [{ name: 'bms', points: [point('volts'), point('amps'), point('soc')] }],
    open(line) {
      opened.push(line);
      return () => {
        closed += 1;
      };
    },
  };
  const engine = new Engine('site', [setup], clock, silentLogger);
  return { clock, engine, setup, opened, closed: () => closed };
}

function lineOf(opened: readonly HeardLine[]): HeardLine {
  const [line] = opened;
  if (line === undefined) throw new Error('the line was not opened');
  return line;
}

function qualities(engine: Engine): (string | undefined)[] {
  return engine
    .snapshot()
    .map(({ quality, cause, value }) => `${quality} ${cause ?? String(value)}`);
}

test('what was not heard yet is not known, and the device waits', () => {
  const { engine } = heard();
  engine.start();
  expect(engine.snapshot().map(({ value }) => value)).toEqual([undefined, undefined, undefined]);
  expect(engine.devices()).toMatchObject([{ name: 'bms', state: 'waiting', line: 'can0' }]);
});

test('what is told together is told to listeners as one unit, with its time', () => {
  const { engine, opened } = heard();
  engine.start();
  const line = lineOf(opened);
  const group = line.group('bms', ['volts', 'amps']);
  const units: string[][] = [];
  engine.subscribe((changed) =>
    units.push(changed.map(({ point: { name }, value }) => `${name} ${String(value)}`)),
  );
  line.tell(group, [497.4, undefined], [undefined, 'not-available'], AT);
  expect(units).toEqual([['volts 497.4', 'amps undefined']]);
  expect(engine.sample('bms.volts')).toMatchObject({ quality: 'good', at: AT, requestedAt: AT });
  expect(engine.sample('bms.amps')).toMatchObject({ quality: 'bad', cause: 'not-available' });
  expect(engine.devices()).toMatchObject([{ state: 'good', polls: 1, lastAnswerAt: AT }]);
  expect(engine.lines()).toMatchObject([{ url: 'can://can0', answers: 1, devices: 1 }]);
});

test('a group that is not heard again goes stale and then bad; the others do not', () => {
  const { engine, opened, clock } = heard();
  engine.start();
  const line = lineOf(opened);
  const quick = line.group('bms', ['volts'], 1_000);
  const slow = line.group('bms', ['soc'], 5_000);
  line.tell(slow, [80], [], AT);
  line.tell(quick, [497.4], [], AT);
  clock.advance(999);
  expect(qualities(engine)).toEqual(['good 497.4', 'bad not-read-yet', 'good 80']);
  clock.advance(1);
  expect(qualities(engine)).toEqual(['stale not-heard', 'bad not-read-yet', 'good 80']);
  expect(engine.devices()).toMatchObject([{ state: 'good' }]);
  clock.advance(1_000);
  expect(engine.sample('bms.volts')).not.toHaveProperty('value');
  clock.advance(8_000);
  expect(qualities(engine)).toEqual(['bad not-heard', 'bad not-read-yet', 'bad not-heard']);
  expect(engine.devices()).toMatchObject([{ state: 'silent', error: 'nothing is heard of it' }]);
});

test('a group that is told again in time stays good', () => {
  const { engine, opened, clock } = heard();
  engine.start();
  const line = lineOf(opened);
  const group = line.group('bms', ['volts'], 1_000);
  for (let second = 0; second < 5; second += 1) {
    line.tell(group, [second], [], AT + second);
    clock.advance(900);
  }
  expect(qualities(engine)[0]).toBe('good 4');
});

test('groups that are told together are one unit, and age apart', () => {
  const { engine, opened, clock } = heard();
  engine.start();
  const line = lineOf(opened);
  const groups = ['volts', 'amps', 'soc'].map((name) => line.group('bms', [name], 1_000));
  const units: string[][] = [];
  engine.subscribe((changed) => units.push(changed.map(({ point: { name } }) => name)));
  line.tellTogether(groups, [497.4, 12, undefined], [undefined, undefined, 'sentinel'], AT);
  clock.advance(600);
  line.tellTogether(groups.slice(1), [13, 80], [], AT + 600_000);
  expect(units).toEqual([
    ['volts', 'amps', 'soc'],
    ['amps', 'soc'],
  ]);
  expect(engine.devices()).toMatchObject([{ polls: 2, lastAnswerAt: AT + 600_000 }]);
  clock.advance(400);
  expect(qualities(engine)).toEqual(['stale not-heard', 'good 13', 'good 80']);
  clock.advance(600);
  expect(qualities(engine)).toEqual(['stale not-heard', 'stale not-heard', 'stale not-heard']);
  clock.advance(2_000);
  expect(engine.devices()).toMatchObject([{ state: 'silent' }]);
});

test('a lost bus leaves the last values as stale, with its reason', () => {
  const { engine, opened } = heard();
  engine.start();
  const line = lineOf(opened);
  const group: HeardGroup = line.group('bms', ['volts']);
  line.tell(group, [497.4], [], AT);
  line.fail('bms', 'no-connection', 'can0 is down');
  expect(qualities(engine)[0]).toBe('stale no-connection');
  expect(engine.devices()).toMatchObject([
    { state: 'failing', error: 'can0 is down', failures: 1 },
  ]);
});

test('a name that the device has not is an error where the group is made', () => {
  const { engine, opened } = heard();
  engine.start();
  const line = lineOf(opened);
  expect(() => line.group('bms', ['ohms'])).toThrow(InvalidRequestError);
  expect(() => line.group('bus', ['volts'])).toThrow(InvalidRequestError);
});

test('a line that stays the same goes on over a change; another closes and opens', () => {
  const { engine, setup, opened, closed } = heard();
  engine.start();
  expect(engine.apply([setup])).toEqual({ started: [], stopped: [], kept: ['can0'] });
  expect([opened.length, closed()]).toEqual([1, 0]);
  engine.apply([{ ...setup, fingerprint: 'b' }]);
  expect([opened.length, closed()]).toEqual([2, 1]);
  engine.stop();
  expect(closed()).toBe(2);
});
