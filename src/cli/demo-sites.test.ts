import { expect, test } from 'vitest';
import { ManualClock } from '../base/manual-clock.ts';
import { faults } from '../simulate/faults.ts';
import { DEMO_LINES } from './demo-sites.ts';

const REQUEST = { unitId: 2, functionCode: 3, pdu: new Uint8Array(), peer: 'test' };

test('one device of the demonstration is seen first, and silent most of the time after that', async () => {
  const faulty = DEMO_LINES.flatMap(({ devices }) => devices).filter((one) => one.faults);
  expect(faulty.map(({ name }) => name)).toEqual(['dye02']);
  const clock = new ManualClock();
  const fault = faults(faulty[0]?.faults ?? {}, { clock });
  const isSilent: boolean[] = [];
  for (let second = 0; second < 480; second += 1) {
    isSilent.push((await fault(REQUEST)) !== undefined);
    clock.advance(1_000);
  }
  // A gateway that is slow to begin has to find it there.
  expect(isSilent.indexOf(true)).toBeGreaterThanOrEqual(30);
  expect(isSilent.indexOf(true)).toBeLessThan(60);
  expect(isSilent.filter(Boolean).length).toBeGreaterThan(400);
});
