import { z } from 'zod';
import { duration, expected, oneOf, selectors, text, whole } from './schema-parts.ts';

/** The shapes of `rules` and `pulls`, and of the steps in them. */

const plain = z.union([text, z.number(), z.boolean()], expected('a text, a number, true or false'));

export const writeItemSchema = z.strictObject(
  {
    point: text.describe(
      'Name of a point of the device that `writes` lists; {n} counts with `repeat`.',
    ),
    value: plain
      .optional()
      .describe('What is written, with placeholders in a text. Either this or `from`.'),
    from: text
      .optional()
      .describe(
        'In a pull: where in the record the value is, such as batch{n}. Where nothing is there, the step is left out.',
      ),
  },
  expected('a write such as { point: setpoint, value: 20 }'),
);

const headers = z.record(
  z.string(),
  text,
  expected('texts by name, such as { authorization: "Bearer ${TOKEN}" }'),
);

const call = (verb: string) => text.optional().describe(`Address that is called with ${verb}.`);

export const stepSchema = z.strictObject(
  {
    post: call('POST'),
    put: call('PUT'),
    patch: call('PATCH'),
    delete: call('DELETE'),
    json: z
      .unknown()
      .optional()
      .describe(
        'Body of the call, with placeholders in its texts; a text that is one placeholder and nothing else keeps the type of the value. Default: an empty body.',
      ),
    headers: headers.optional().describe('Of the call, besides Idempotency-Key and Content-Type.'),
    timeout: duration.optional().describe('How long the call may take. Default: 10s.'),
    write: z
      .array(writeItemSchema, expected('a list such as [{ point: setpoint, value: 20 }]'))
      .optional()
      .describe('Points that are written one after the other, without another writer in between.'),
    repeat: whole(1, 100)
      .optional()
      .describe('Makes so many steps of this write, with {n} from 1; each stands for itself.'),
    event: text.optional().describe('Name of an event, which sinks get as rule.NAME.'),
    data: z.unknown().optional().describe('Particulars of the event, with placeholders.'),
    after: oneOf(['done', 'tried'])
      .default('done')
      .describe('Whether the steps before it must be done, or only have been tried once.'),
  },
  expected('a step such as { post: "http://…" }'),
);

const steps = z.array(stepSchema, expected('a list of steps'));

const devices = selectors
  .optional()
  .describe(
    'The devices it is for, each by itself: names, patterns such as dye*, or #tag=value. Default: all.',
  );

export const ruleSchema = z.strictObject(
  {
    devices,
    when: text.describe(
      'Condition over points; that it becomes true starts the steps. Names without a device are of the device itself, `previous.NAME` is what a point was a reading ago.',
    ),
    until: text
      .optional()
      .describe('What must be true before `when` counts again. Default: `when` is false.'),
    delay: duration.default('0s').describe('How long `when` must hold.'),
    values: z
      .record(z.string(), text, expected('expressions by name'))
      .optional()
      .describe('Names for the steps, each with the expression that gives its value.'),
    deadline: duration.default('1d').describe('How long the steps are tried.'),
    steps: steps.describe('What is done, in this order.'),
  },
  expected('a rule such as { when: process == 305, steps: [{ post: "http://…" }] }'),
);

export const pullSchema = z.strictObject(
  {
    get: text.describe('Address that is asked.'),
    every: duration.default('10s').describe('How often.'),
    timeout: duration.default('10s').describe('How long the answer may take.'),
    headers: headers.optional().describe('Of the question.'),
    devices,
    record: text
      .optional()
      .describe(
        'Where in the answer the record of a device is, such as data.{tag.machine_id}. Default: the answer itself.',
      ),
    requires: z
      .array(text, expected('a list of paths, such as [status]'))
      .optional()
      .describe(
        'Paths in the answer where something must stand that is neither false, 0 nor empty.',
      ),
    deadline: duration.default('10m').describe('How long the steps of one offer are tried.'),
    steps: steps.describe('What is done with the record of a device, in this order.'),
  },
  expected('a pull such as { get: "http://…", record: "{device}", steps: […] }'),
);

export type StepInput = z.output<typeof stepSchema>;
export type WriteItemInput = z.output<typeof writeItemSchema>;
export type RuleInput = z.output<typeof ruleSchema>;
export type PullInput = z.output<typeof pullSchema>;
