import { z } from 'zod';
import { duration, expected, names, oneOf, text, whole } from './schema-parts.ts';

/** What may be written: the switch of the gateway, and the rules of points. */

const networks = z
  .array(text, expected('a list of addresses and networks'))
  .min(1, expected('at least one address or network'));

export const writesSchema = z.union(
  [
    oneOf(['none', 'local', 'all']),
    z.strictObject(
      {
        from: networks.describe(
          'Where requests may come from: addresses, networks such as 192.168.1.0/24, loopback for this machine with its page, command line and rules, any.',
        ),
      },
      expected('settings such as { from: [192.168.1.0/24] }'),
    ),
  ],
  expected('none, local, all, or { from: [192.168.1.0/24] }'),
);

const wear = z.strictObject({
  cycles: whole(1, 1_000_000_000).describe('Writes that the register takes in its life.'),
  perDay: whole(1, 1_000_000).optional().describe('Most writes in a day of UTC.'),
});

const lease = z.strictObject({
  safeValue: z
    .union([z.number(), text, z.boolean()])
    .describe('Written when nobody has renewed in time.'),
  max: duration.describe('How long a value holds without renewal, at most.'),
});

const interlock = z.union([
  text,
  z.strictObject({
    if: text.describe('What must be true: status == 1.'),
    message: text.optional().describe('What to do when it is not.'),
  }),
]);

/** The keys beside the limits: in `write` of a profile as in `writes` of a device. */
export const writeRuleKeys = {
  changeFrom: text
    .optional()
    .describe('The point that `maxChange` is measured from, where this one cannot be read.'),
  minInterval: duration.optional().describe('Least time between two writes.'),
  maxAge: duration
    .optional()
    .describe(
      'How old the present value may be. Default: 10s, or two poll intervals where they are longer.',
    ),
  interlocks: z
    .array(interlock)
    .optional()
    .describe('Conditions over points, such as "status == 1"; all must be known and true.'),
  wear: wear.optional().describe('How often the register may be written.'),
  lease: lease.optional().describe('A value that holds only while somebody renews it.'),
  function: z
    .enum(['auto', 'single', 'multiple', 'mask'])
    .default('auto')
    .describe(
      'Function codes 5 and 6, 15 and 16, or 22 for a part of a register; auto takes 5, 6 or 16 as fits.',
    ),
  settle: duration
    .optional()
    .describe('Pause before the value is read back, for devices that need one; up to 10s.'),
  role: z.enum(['operator', 'admin']).default('operator').describe('Who may write it.'),
  confirm: z
    .enum(['none', 'ask', 'retype'])
    .default('ask')
    .describe('How a person confirms it; retype asks for the value again.'),
};

const rules = z
  .strictObject({
    min: z.number().optional().describe('Least value; the profile may be narrower.'),
    max: z.number().optional().describe('Largest value.'),
    step: z.number().optional().describe('Values are multiples of it.'),
    maxChange: z.number().optional().describe('Furthest from the present value.'),
    ...writeRuleKeys,
  })
  .meta({ id: 'writeRules', description: 'What a write to a point of this device must respect.' });

/** `writes` of a device, for editors; what checks it is the reader of rules. */
export const deviceWritesSchema = z.union([
  z.literal(['none', false]),
  names,
  z.record(z.string(), z.union([z.literal(true), rules])),
]);

export type WritesInput = z.output<typeof writesSchema>;
