import { expect, test } from 'vitest';
import type { OutageJson } from '../api/contract.ts';
import { outageLines } from './outages.ts';

const OUTAGE: OutageJson = {
  ...{ device: 'furnace1', point: 'pv', unit: '°C', reason: 'gateway-off' },
  before: { value: 812, time: '2026-02-27T10:37:29.412+01:00' },
  after: { value: 640, time: '2026-02-27T10:44:31.000+01:00' },
  ...{ seconds: 421.6, lowest: 636, highest: 655, settledSeconds: 300, settling: false },
};

test('a report is one line, with a dash for what is not known', () => {
  const { unit: _, lowest: __, highest: ___, clockSeconds: ____, ...plain } = OUTAGE;
  expect(
    outageLines([
      OUTAGE,
      { ...plain, reason: 'device-silent', settling: true, seconds: 40, clockSeconds: -3_600 },
      { ...plain, reason: 'both', seconds: null },
    ]),
  ).toEqual([
    'point        until                before  back at              after   lasted   lowest  highest  reason',
    'furnace1.pv  2026-02-27 10:37:29  812 °C  2026-02-27 10:44:31  640 °C  7m       636 °C  655 °C   gateway was off',
    'furnace1.pv  2026-02-27 10:37:29  812     2026-02-27 10:44:31  640     40s      —       —        device silent, settling, the clock was set back by 1h',
    'furnace1.pv  2026-02-27 10:37:29  812     2026-02-27 10:44:31  640     unknown  —       —        gateway off, device silent, the clock was set back',
  ]);
});
