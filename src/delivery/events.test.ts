import { expect, test } from 'vitest';
import { ManualClock } from '../base/manual-clock.ts';
import { memoryJournal } from '../journal/memory-journal.ts';
import { sitePoint } from '../../test/support/fake-site.ts';
import { eventId, eventRecord, isEventPoint } from '../telemetry/event.ts';
import { readBatch } from './batch.ts';
import { KeptSamples } from './kept.ts';

const clock = new ManualClock();

async function batchOf(wantsEvents: boolean) {
  const journal = memoryJournal({ clock });
  const sample = {
    point: sitePoint('m.a'),
    value: 1,
    quality: 'good',
    at: 7,
    requestedAt: 7,
  } as const;
  const event = { type: 'device.down', at: 8, source: 'm', data: { error: 'no answer' } } as const;
  journal.append({ kind: 'samples', samples: [sample] });
  journal.append(eventRecord(event));
  journal.append({ kind: 'event', topic: 'write-intent', at: 9, data: {} });
  await journal.sync();
  const wants = (point: Parameters<typeof isEventPoint>[0]): boolean =>
    isEventPoint(point) === wantsEvents;
  const range = { from: journal.first, until: journal.head, size: 10, wants };
  return readBatch(journal, range, async () => undefined);
}

test('a sink of events gets them with their place in the journal, and no record of the gateway itself', async () => {
  const { samples, sequences } = await batchOf(true);
  expect(samples).toMatchObject([
    { point: { name: 'device.down', device: 'm' }, event: { data: { error: 'no answer' } } },
  ]);
  expect(samples.map(eventId)).toEqual([`1-${sequences[0] ?? ''}-8`]);
});

test('other sinks see none', async () => {
  const { samples } = await batchOf(false);
  expect(samples.map(({ point }) => point.id)).toEqual(['m.a']);
});

test('an event that was refused is kept as it was', async () => {
  const [sample] = (await batchOf(true)).samples;
  if (sample === undefined) throw new Error('no event');
  const [before, after] = [new KeptSamples('webhook'), new KeptSamples('webhook')];
  before.defer({ sample, reason: 'not now' }, 10);
  after.load(before.takeChanges()?.text ?? '');
  expect(after.heldBetween(0, 99, 9)).toMatchObject([{ sample, reason: 'not now' }]);
});
