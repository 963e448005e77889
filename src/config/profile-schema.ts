import { z } from 'zod';
import { ALARM_PRIORITIES } from '../base/alarm-priority.ts';
import { writeRuleKeys } from './writes-schema.ts';

/**
 * The shape of a profile file, for editors and the reference. Profiles are read by the profile layer,
 * which knows more; a test holds the two against each other.
 */

const text = z.string();
const name = z.string().regex(/^[a-z][a-z0-9_]*(?:\{n(?::0[1-9])?\}[a-z0-9_]*)?$/);
const duration = z
  .string()
  .regex(/^\d+(?:\.\d+)?(?:ms|s|m|h|d)$/)
  .meta({ id: 'time', description: 'A number and its unit: ms, s, m, h or d.' });

const ADDRESS = String.raw`(?:(?:hr|ir|co|di):?)?(?:0x[0-9a-fA-F]+|[0-9]+|\$[a-z][a-z0-9_]*)|[134]x[0-9]{1,5}|%[A-Za-z]+[0-9]+`;
const TYPE = String.raw`[a-z]+[0-9a-z]*(?:\([0-9]+\))?(?:@[A-Z]{4})?`;
const LINE = new RegExp(
  String.raw`^\s*(?:${ADDRESS})(?:\.[0-9]{1,2})?(?: +${TYPE})?(?: +[*/][-0-9.eE]+)?(?: +[+-][0-9.eE]+)?(?: +(?:ro|rw|wo))?(?: +[^ ]+)?\s*$`,
);

/** `table:address[.bit] type[@order] [*scale | /divisor] [+offset] [rw | wo] [unit]`. */
const pointLine = z
  .string()
  .regex(LINE)
  .meta({
    id: 'pointLine',
    description:
      'table:address[.bit] type[@order] [*scale or /divisor] [+offset or -offset] [rw or wo] [unit], ' +
      'such as "hr:5 u16 /10 °C". Tables: hr ir co di. Types: bool u8h u8l i8h i8l u16 i16 u32 i32 ' +
      'u64 i64 f16 f32 f64 bcd16 bcd32 mod10k32 bits16 bits32 unix32 ymdhms str(n) bytes(n).',
  });

/** A number, or a param of the profile by its name. */
const param = z
  .string()
  .regex(/^\$[a-z][a-z0-9_]*$/)
  .meta({ id: 'param', description: 'A param of the profile by its name, such as $decimals.' });

const orParam = <Value extends z.ZodType>(value: Value) => z.union([value, param]);

const order = z.enum(['ABCD', 'CDAB', 'BADC', 'DCBA']);

const QUANTITIES = [
  ...(['temperature', 'voltage', 'current', 'power', 'reactive_power', 'apparent_power'] as const),
  ...(['energy', 'reactive_energy', 'apparent_energy', 'frequency', 'power_factor'] as const),
  ...([
    'percentage',
    'irradiance',
    'pressure',
    'level',
    'flow',
    'ph',
    'speed',
    'duration',
  ] as const),
  ...(['time', 'count', 'rate', 'text', 'state'] as const),
] as const;

const writeLimits = z.strictObject({
  min: orParam(z.number()).optional().describe('Least value.'),
  max: orParam(z.number()).optional().describe('Largest value.'),
  step: orParam(z.number()).optional().describe('Values are multiples of it.'),
  maxChange: orParam(z.number()).optional().describe('Furthest from the present value.'),
  ...writeRuleKeys,
});

const repeat = z.strictObject({
  count: orParam(z.int().min(1).max(65_536)).describe('How many points, at most.'),
  countFrom: text
    .optional()
    .describe('The point whose value says how many of them a device has; the others are not read.'),
  step: orParam(z.int().min(1).max(65_535))
    .optional()
    .describe('Registers from one to the next. Default: the width of the value.'),
  from: z.int().min(0).max(65_535).default(1).describe('Number of the first one, for {n}.'),
});

const priority = z.enum(ALARM_PRIORITIES);

const alarm = z
  .strictObject({
    hihi: orParam(z.number()).optional().describe('Raised at this value or above.'),
    hi: orParam(z.number()).optional().describe('The same, below `hihi`.'),
    lo: orParam(z.number()).optional().describe('Raised at this value or below.'),
    lolo: orParam(z.number()).optional().describe('The same, below `lo`.'),
    hysteresis: orParam(z.number().min(0))
      .optional()
      .describe('How far a value must come back behind a limit to be normal. Default: 0.'),
    outlier: orParam(z.number().gt(0))
      .optional()
      .describe('Raised so far from the median of the points of one `repeat`.'),
    when: text
      .optional()
      .describe(
        'A condition over points of the device. Alone it is the alarm; beside limits they count only while it holds.',
      ),
    delay: duration.optional().describe('How long it must hold to be raised. Default: 0s.'),
    offDelay: duration
      .optional()
      .describe('How long it must be over to have returned. Default: 0s.'),
    priority: priority.optional().describe('Default: high.'),
    text: text.optional().describe('What people read. Default: made of the label of the point.'),
  })
  .meta({ id: 'alarm', description: 'What of a point is an alarm.' });

const orPriority = z
  .union([priority, alarm])
  .describe('A priority where true is the alarm, or limits such as { hi: 1200, delay: 10s }.');

const namedValue = z.strictObject({
  name: text.describe('Name of the value.'),
  alarm: priority.optional().describe('The value is an alarm of this priority.'),
});

const bit = z.strictObject({
  name: text.describe('Name of the point.'),
  label: text.optional().describe('Name for people.'),
  doc: text.optional().describe('What people should know about it.'),
  alarm: orPriority.optional().describe('A set bit is an alarm of this priority.'),
});

export const pointSchema = z
  .strictObject({
    at: z
      .union([pointLine, z.int()])
      .optional()
      .describe('Where it is and how it is written there. Either this or `expr`.'),
    expr: text
      .optional()
      .describe(
        'How it follows from other points of the device, such as "pv - setpoint". Besides it: label, doc, unit, decimals, quantity, kind, category, valid, alarm.',
      ),
    can: text
      .optional()
      .describe(
        'Where its value is on a CAN bus: Message.Signal of the DBC file, or Message.Signal == 5 for true or false. In a site file `at` may then be left out.',
      ),
    host: text
      .optional()
      .describe(
        'For a device on a CAN bus or at host: — what of this computer it is: cpu-temperature, clock, update-time.',
      ),
    label: text.optional().describe('Name for people.'),
    doc: text.optional().describe('What people should know about it.'),
    scale: z
      .union([z.number(), text])
      .optional()
      .describe('Factor; 0.1 is the same as /10. Or an expression over params: 10^-decimals.'),
    offset: orParam(z.number()).optional().describe('Added after scaling.'),
    unit: text.optional().describe('As printed: V, kWh, °C.'),
    decimals: orParam(z.int().min(0).max(9))
      .optional()
      .describe('Digits behind the point when printed.'),
    quantity: z
      .enum(QUANTITIES)
      .optional()
      .describe(`What is measured: ${QUANTITIES.join(' ')}.`),
    kind: z
      .enum(['gauge', 'counter', 'state', 'text', 'time'])
      .optional()
      .describe('What the value does; a counter never falls except on a reset.'),
    group: text
      .optional()
      .describe('Which interval it is read with; once and on-demand exist always.'),
    category: text.optional().describe('Free label for routing.'),
    send: z
      .enum(['always', 'on-change'])
      .optional()
      .describe('always keeps each reading; on-change, the default, those that differ.'),
    deadband: z
      .union([z.number().min(0), text.regex(/^\d+(?:\.\d+)? ?%$/)])
      .optional()
      .describe('Least difference worth keeping: in its unit, or percent of the last value: 2%.'),
    heartbeat: duration.optional().describe('Kept at least this often, changed or not.'),
    minInterval: duration.optional().describe('Kept no more often than this.'),
    enum: z
      .record(text, z.union([text, namedValue]))
      .optional()
      .describe('Names of values: { 0: stop, 1: run, 2: { name: fault, alarm: high } }.'),
    bits: z
      .record(text, z.union([text, bit]))
      .optional()
      .describe(
        'Names of bits: { 0: fault, 4: { name: manual } }; in braces it is a point of its own.',
      ),
    valid: z
      .tuple([z.number(), z.number()])
      .optional()
      .describe('Range of the value; outside it is bad, never 0.'),
    invalid: z
      .union([z.number(), text, z.array(z.union([z.number(), text]))])
      .optional()
      .describe('Raw values that mean "no value".'),
    encoding: z
      .enum(['latin1', 'ascii'])
      .optional()
      .describe('What the bytes of a str are. Default: latin1.'),
    pad: z
      .enum(['space', 'nul'])
      .optional()
      .describe('What stands behind a text that is shorter than its str. Default: space.'),
    access: z
      .enum(['ro', 'rw', 'wo'])
      .optional()
      .describe('Default: ro, or rw where write is given.'),
    write: z
      .union([z.boolean(), writeLimits])
      .optional()
      .describe('Whether it may be written, and within which limits.'),
    alarm: orPriority.optional().describe('Which values are an alarm.'),
    repeat: repeat.optional().describe('Makes several points of this one; the name has {n} in it.'),
  })
  .meta({ id: 'point', description: 'The long form of a point.' });

export const pointsSchema = z
  .record(name, z.union([pointLine, z.int(), pointSchema]))
  .meta({ id: 'points', description: 'Points by name: one line each, or the long form.' });

const limits = z.strictObject({
  registers: z.int().min(1).max(125).optional().describe('Most registers it answers in one read.'),
  bits: z
    .int()
    .min(1)
    .max(2000)
    .optional()
    .describe('Most coils or inputs it answers in one read.'),
  gap: z
    .union([z.literal('auto'), z.int().min(0).max(2000)])
    .optional()
    .describe(
      'Unlisted registers that may be read to join two blocks: 0 for none, auto for as many as cost less than another request. Default: auto.',
    ),
  pause: duration.optional().describe('Pause it needs behind every answer.'),
  timeout: duration.optional().describe('How long it may take to answer.'),
});

const image = z.strictObject({
  coils: z.int().min(0).max(65_536).optional().describe('Number of coils.'),
  discrete: z.int().min(0).max(65_536).optional().describe('Number of discrete inputs.'),
  holding: z.int().min(0).max(65_536).optional().describe('Number of holding registers.'),
  input: z.int().min(0).max(65_536).optional().describe('Number of input registers.'),
  writable: z.boolean().optional().describe('Whether clients may write.'),
});

const identifyRule = z.strictObject({
  read: pointLine.describe('What is asked for.'),
  equals: z.union([z.number(), text, z.boolean()]).optional().describe('The value it has.'),
  between: z.tuple([z.number(), z.number()]).optional().describe('The range it is in.'),
});

const paramSpec = z.strictObject({
  label: text.optional().describe('Name for people.'),
  default: z.number().describe('What holds where a device says nothing.'),
  choices: z.array(z.number()).optional().describe('The only values there are.'),
  min: z.number().optional().describe('Least value.'),
  max: z.number().optional().describe('Largest value.'),
});

const word = z.union([z.int().min(0).max(65_535), z.boolean()]);

const testVector = z.strictObject({
  name: text.optional().describe('What is tested.'),
  params: z.record(text, z.number()).optional().describe('Params of the device that is tested.'),
  registers: z
    .record(text, z.union([word, z.array(word)]))
    .describe('What is in the registers, by the wire address of the first: { "hr:1": [253] }.'),
  expect: z
    .record(
      text,
      z.union([
        z.number(),
        text,
        z.boolean(),
        z.strictObject({ bad: text.describe('Why there is no value.') }),
      ]),
    )
    .describe('What the points are then: a value, or { bad: out-of-range }.'),
});

const view = z.strictObject({
  hero: z.array(text).optional().describe('Points that come first.'),
  trend: z
    .array(z.union([text, z.array(text)]))
    .optional()
    .describe('Points that share a diagram.'),
});

export const profileSchema = z.strictObject({
  profile: text
    .regex(/^[a-z0-9][a-z0-9_.-]*(?:\/[a-z0-9][a-z0-9_.-]*)*$/)
    .describe('Its name: vendor/model, the same as its file.'),
  label: text.optional().describe('Name for people.'),
  vendor: text.optional().describe('Who makes it.'),
  models: z.array(text).optional().describe('The models it fits.'),
  source: text.optional().describe('The manual that the registers were taken from.'),
  doc: text.optional().describe('What people should know about it.'),
  addressing: z
    .enum(['pdu', 'one-based', 'modicon'])
    .default('pdu')
    .describe('How addresses count: as on the wire from 0, from 1, or 40001.'),
  index_shift: z.int().min(-65_535).max(65_535).default(0).describe('Added to every address.'),
  order: order.default('ABCD').describe('Order of bytes where a point names none.'),
  table: z.enum(['hr', 'ir', 'co', 'di']).default('hr').describe('Table where a point names none.'),
  type: text.default('u16').describe('Type where a point names none.'),
  serial: text
    .regex(/^\d+ [78][NEO][12]$/)
    .optional()
    .describe('Factory settings of its serial port.'),
  limits: limits.optional().describe('What it can take.'),
  plan: z
    .enum(['auto', 'greedy'])
    .default('auto')
    .describe('How points are put into requests; greedy reads through gaps of any length.'),
  groups: z
    .record(text, z.union([duration, z.enum(['once', 'on-demand'])]))
    .optional()
    .describe('How often the points of each group are read.'),
  params: z
    .record(text, paramSpec)
    .optional()
    .describe('Numbers that differ from device to device, such as where the decimal point is set.'),
  points: pointsSchema.optional().describe('What it reports. Either this or `image`.'),
  identify: z.array(identifyRule).optional().describe('How it is recognised.'),
  view: view.optional().describe('What a page shows first.'),
  tests: z
    .array(testVector)
    .optional()
    .describe('Registers and what they mean, for `dinrail profile test`.'),
  image: image.optional().describe('A device that is nothing but registers.'),
});
