/** Appends to the journal in a folder without end, and prints the head that each `sync` has confirmed. */
import { systemClock } from '../../src/base/system-clock.ts';
import { openJournal } from '../../src/journal/open-journal.ts';
import { plantRecord } from './journal-records.ts';

const [, , folder = ''] = process.argv;
const limits = { segmentBytes: 20_000 };
const journal = await openJournal({ folder, clock: systemClock, limits, groupMs: 5 });
for (;;) {
  for (let count = 0; count < 20; count += 1) {
    journal.append(plantRecord(journal.head, systemClock.wallMicros()));
  }
  await journal.sync();
  process.stdout.write(`${journal.head}\n`);
}
