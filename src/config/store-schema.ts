import { z } from 'zod';
import { duration, expected, oneOf, size, text } from './schema-parts.ts';

/** What is kept, what is worth keeping, and who may come and ask. */

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

export const agentSchema = z
  .strictObject(
    {
      type: z.literal('zabbix-agent').describe('Answers a Zabbix server as a passive agent.'),
      listen: text.default('127.0.0.1:10050').describe('host:port, or a port of this machine.'),
      allow: z
        .array(text, expected('a list of addresses and networks'))
        .optional()
        .describe(
          'Who may ask: addresses and networks such as 192.168.1.0/24. Needed when it listens beyond this machine.',
        ),
    },
    expected('a server such as { type: zabbix-agent, listen: 127.0.0.1:10050 }'),
  )
  .meta({ title: 'zabbix-agent' });

export type ReportInput = z.output<typeof reportSchema>;
export type ServerInput = z.output<typeof agentSchema>;
