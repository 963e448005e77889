/** Writes a sample per second of a fast clock for ever, and prints how many seconds are flushed for sure. */
import { ManualClock } from '../../src/base/manual-clock.ts';
import { openHistory } from '../../src/history/open-history.ts';
import { sampleOf, SECOND, settled, START } from './history-rig.ts';

const clock = new ManualClock(START);
const limits = { bytes: 500e6, ageMs: 1e12 };
const history = openHistory({ folder: process.argv[2] ?? '', clock, limits });
for (let s = 0; ; s += 1) {
  history.record([sampleOf('a.b', START + s * SECOND, s)]);
  clock.advance(1000);
  if (s % 10 !== 9) continue;
  await settled(history);
  // What was handed over before this flush began; half a second of samples may have missed it.
  console.log(s - 10);
}
