import { expect, test } from 'vitest';
import { SpecReader } from './spec-reader.ts';
import type { SpecIssue } from './issue.ts';
import { readReport } from './report.ts';

function read(object: Readonly<Record<string, unknown>>) {
  const issues: SpecIssue[] = [];
  const rule = readReport(new SpecReader(object, ['pv'], issues));
  return { rule, messages: issues.map(({ message }) => message) };
}

test.each([
  [{}, undefined],
  [{ label: 'x' }, undefined],
  [{ send: 'always' }, { send: 'always' }],
  [{ deadband: 0.5 }, { send: 'on-change', deadband: 0.5 }],
  [{ deadband: '2%' }, { send: 'on-change', deadbandPercent: 2 }],
  [{ deadband: '0.5 %' }, { send: 'on-change', deadbandPercent: 0.5 }],
  [
    { heartbeat: '5m', minInterval: '10s' },
    { send: 'on-change', heartbeatMs: 300_000, minIntervalMs: 10_000 },
  ],
])('%j is understood', (object, rule) => {
  expect(read(object)).toEqual({ rule, messages: [] });
});

test.each([
  [{ deadband: -1 }, 'deadband is -1'],
  [{ deadband: 'little' }, 'deadband is little'],
  [{ heartbeat: '1s', minInterval: '10s' }, '"heartbeat" is shorter than "minInterval"'],
  [{ send: 'always', deadband: 1 }, 'with send: always no reading is left out'],
])('%j is refused', (object, message) => {
  expect(read(object).messages).toEqual([message]);
});
