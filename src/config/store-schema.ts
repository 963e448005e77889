import { z } from 'zod';
import { duration, expected, oneOf, selectors, size } from './schema-parts.ts';

/** What is kept, and what is worth keeping. */

export const journalSchema = z.strictObject(
  {
    size: size.default('500MB').describe('Bytes on the disk; beyond them the oldest go.'),
    age: duration.default('30d').describe('How long it keeps what it has.'),
    sync: duration
      .default('200ms')
      .describe('How often it is written to the disk: what a power cut may take. 10ms to 10s.'),
  },
  expected('settings such as { size: 500MB, age: 30d }'),
);

export const historySchema = z.strictObject(
  {
    size: size.default('500MB').describe('Bytes on the disk; beyond them the oldest go.'),
    age: duration.default('90d').describe('How long it keeps what it has.'),
  },
  expected('none, or settings such as { size: 500MB, age: 90d }'),
);

export const outagesSchema = z.strictObject(
  {
    gap: duration
      .default('30s')
      .describe('No good value for longer than this is an outage. At least 1s.'),
    settle: duration
      .default('5m')
      .describe('How long lowest and highest are looked at after the return. Up to 1h.'),
    report: selectors.describe('The points that are watched, up to 100.'),
  },
  expected('settings such as { gap: 30s, report: [furnace1.pv] }'),
);

const percent = z.string().regex(/^\d+(?:\.\d+)? ?%$/);

export const reportSchema = z.strictObject(
  {
    send: oneOf(['always', 'on-change'])
      .optional()
      .describe('always keeps each reading; on-change, the default, those that differ.'),
    deadband: z
      .union([z.number().min(0), percent], expected('a number, or percent such as 2%'))
      .optional()
      .describe('Least difference worth keeping: in the unit of the point, or percent: 2%.'),
    heartbeat: duration.optional().describe('Kept at least this often, changed or not.'),
    minInterval: duration.optional().describe('Kept no more often than this.'),
  },
  expected('a rule such as { deadband: 0.5, heartbeat: 5m }'),
);

export type ReportInput = z.output<typeof reportSchema>;
