import { z } from 'zod';

/**
 * The shape of a site file: types, defaults and descriptions, from which the JSON Schema and the
 * reference are made. The `error` of each part says what is expected there; the sentence around it
 * is made in explain.ts.
 */

const expected = (error: string) => ({ error });

const NAME_PATTERN = '^[a-z][a-z0-9_-]*$';
export const NAME = new RegExp(NAME_PATTERN);

const TEXT = expected('a text');
export const text = z.string(TEXT);

const TIME = expected('a time such as 500ms, 5s, 1m, 2h');
export const duration = z
  .string(TIME)
  .regex(/^\d+(?:\.\d+)?(?:ms|s|m|h|d)$/, TIME)
  .meta({ id: 'duration', description: 'A number and its unit: ms, s, m, h or d.' });

const whole = (min: number, max: number) => {
  const error = expected(`a whole number from ${min} to ${max}`);
  return z.int(error).min(min, error).max(max, error);
};

const oneOf = <const Words extends readonly [string, ...string[]]>(words: Words) =>
  z.enum(words, expected(words.join(', ')));

const endpoint = z.string(expected('an endpoint such as tcp://192.168.1.50')).meta({
  id: 'endpoint',
  description:
    'tcp://host[:502], rtu+tcp://host:port for a serial line behind a converter, or ' +
    'serial:/dev/ttyUSB0 9600 8N1 with speed, data bits, parity and stop bits.',
});

const selectors = z.array(text, expected('a list such as [furnace1.*]')).meta({
  id: 'selectors',
  description:
    'Patterns of points: `furnace1.*`, `*.power`, `dye*` for whole devices, `@category`, `#tag=value`.',
});

const names = z.array(text, expected('a list of names of points'));

const byName = <Value extends z.ZodType>(value: Value, what: string) =>
  z
    .record(z.string(), value, expected(`${what} by name`))
    .meta({ propertyNames: { pattern: NAME_PATTERN } });

export const defaultsSchema = z.strictObject(
  {
    every: duration.default('10s').describe('How often to read what says nothing else.'),
    timeout: duration.default('1s').describe('How long to wait for one answer.'),
    retries: whole(0, 10).default(1).describe('How often to ask again after no answer.'),
    stale: duration
      .optional()
      .describe(
        'Age at which a value that nothing confirms is stale. Default: three times `every`.',
      ),
  },
  expected('settings such as { every: 10s }'),
);

export const webSchema = z.strictObject(
  {
    listen: z
      .union([text, whole(0, 65_535)], expected('host:port, a port, or none'))
      .default('127.0.0.1:8502')
      .describe(
        'host:port of the page, or a port of this machine alone; port 0 takes a free one. The word `none` switches it off.',
      ),
  },
  expected('settings such as { listen: 127.0.0.1:8502 }'),
);

export const lineSchema = z.strictObject(
  {
    at: endpoint.describe('Where the line is.'),
    pause: duration
      .optional()
      .describe(
        'Least pause between an answer and the next request. Default: what the devices need.',
      ),
    timeout: duration.optional().describe('How long devices of this line may take to answer.'),
    inFlight: whole(1, 16)
      .default(1)
      .describe(
        'Requests at once; more than 1 on tcp:// only, and only where the device can do it.',
      ),
  },
  expected('an endpoint, or { at: … }'),
);

export const limitsSchema = z.strictObject(
  {
    registers: whole(1, 125)
      .optional()
      .describe('Most registers in one request. Default: of the profile, else 125 (greedy: 100).'),
    bits: whole(1, 2000)
      .optional()
      .describe(
        'Most coils or discrete inputs in one request. Default: of the profile, else 2000.',
      ),
    gap: whole(0, 2000)
      .optional()
      .describe(
        'Unwanted registers to read through rather than ask twice. Default: of the profile, else 0.',
      ),
  },
  expected('limits such as { registers: 60 }'),
);

/** The points of a device are checked by the parser of profiles; editors get their full schema. */
function deviceSchemaWith<Points extends z.ZodType>(points: Points) {
  return z.strictObject(
    {
      at: endpoint.optional().describe('Where the device is. Either this or `line`.'),
      line: text.optional().describe('Name of an entry of `lines` that it is on.'),
      unit: whole(0, 255).default(1).describe('Modbus unit id.'),
      label: text.optional().describe('Name for people.'),
      profile: text
        .optional()
        .describe(
          'What it is: vendor/model, from `profiles/` beside this file or those that come with dinrail.',
        ),
      params: z
        .record(
          z.string(),
          z.number(expected('a number')),
          expected('params such as { decimals: 1 }'),
        )
        .optional()
        .describe('Numbers of this device that its profile asks for, such as { decimals: 1 }.'),
      points: points
        .optional()
        .describe('Points of this device; a name of the profile replaces its point.'),
      addressing: oneOf(['pdu', 'one-based', 'modicon'])
        .default('pdu')
        .describe('How bare numbers in `points` count: as on the wire from 0, from 1, or 40001.'),
      order: oneOf(['ABCD', 'CDAB', 'BADC', 'DCBA'])
        .default('ABCD')
        .describe('Order of bytes in `points` that span several registers.'),
      every: duration
        .optional()
        .describe('How often to read points without a group. Default: `defaults.every`.'),
      groups: z
        .record(z.string(), duration, expected('times by group, such as { fast: 1s }'))
        .optional()
        .describe('How often to read the points of a group, over what the profile says.'),
      only: names
        .optional()
        .describe('Take these points, and those they need; `*` stands for anything.'),
      except: names.optional().describe('Leave these points out; `*` stands for anything.'),
      timeout: duration
        .optional()
        .describe(
          'How long it may take to answer. Default: line, then profile, then `defaults.timeout`.',
        ),
      retries: whole(0, 10)
        .optional()
        .describe('How often to ask again after no answer. Default: `defaults.retries`.'),
      stale: duration
        .optional()
        .describe('Age at which its values are stale. Default: `defaults.stale`.'),
      plan: oneOf(['auto', 'greedy'])
        .optional()
        .describe(
          'auto: reads through small gaps. greedy: fills each request, through gaps of any length. Default: of the profile, else auto.',
        ),
      limits: limitsSchema.optional().describe('How much one request may ask for.'),
      tags: z
        .record(z.string(), text, expected('texts by name, such as { room: B12 }'))
        .optional()
        .describe('Words of your own for selecting and labelling.'),
    },
    expected('settings such as { at: tcp://192.168.1.50, profile: schneider/pm8000 }'),
  );
}

const sinkBase = {
  include: selectors.optional().describe('The points it gets. Default: all.'),
  exclude: selectors.optional().describe('Points it does not get, of those included.'),
};

export const consoleSinkSchema = z
  .strictObject(
    {
      type: z.literal('console').describe('Writes to the standard output.'),
      format: oneOf(['line', 'table', 'json'])
        .default('line')
        .describe('One line per change, a table that is redrawn, or one JSON object per line.'),
      ...sinkBase,
    },
    expected('a sink such as { type: console }'),
  )
  .meta({ title: 'console' });

export const jsonlSinkSchema = z
  .strictObject(
    {
      type: z.literal('jsonl').describe('Appends to a file, one JSON object per line.'),
      path: z
        .string(expected('the path of a file'))
        .describe('The file; a relative one is in the folder `data`, or beside the site file.'),
      ...sinkBase,
    },
    expected('a sink such as { type: jsonl, path: samples.jsonl }'),
  )
  .meta({ title: 'jsonl' });

export const csvSinkSchema = z
  .strictObject(
    {
      type: z.literal('csv').describe('Appends rows to files for spreadsheets.'),
      path: z
        .string(expected('the path of a file, such as "{device}/{date}.csv"'))
        .describe(
          'The file; {device}, {point} and {date} choose one for each row, {date} a new one every day. A relative one is in the folder `data`, or beside the site file.',
        ),
      ...sinkBase,
    },
    expected('a sink such as { type: csv, path: "{device}/{date}.csv" }'),
  )
  .meta({ title: 'csv' });

export const sinkSchema = z.discriminatedUnion(
  'type',
  [consoleSinkSchema, jsonlSinkSchema, csvSinkSchema],
  expected('a sink such as { type: console }'),
);
export const SINK_TYPES = ['console', 'jsonl', 'csv'] as const;

function siteSchemaWith<Points extends z.ZodType>(points: Points) {
  return z.strictObject(
    {
      version: z
        .literal(1, expected('1, the only version there is'))
        .describe('Version of this format.'),
      name: text.optional().describe('Name of this gateway. Default: the name of the file.'),
      site: text.optional().describe('Where it stands, for people.'),
      envFile: text
        .optional()
        .describe(
          'File of NAME=value lines for `${NAME}`. Default: `.env` beside this file, if there.',
        ),
      data: text
        .optional()
        .describe(
          'Folder of everything that is kept. Default: that of this file, from which it counts if relative.',
        ),
      defaults: defaultsSchema.optional().describe('For all devices that say nothing else.'),
      web: webSchema.optional().describe('The web page.'),
      lines: byName(z.union([endpoint, lineSchema], expected('an endpoint, or { at: … }')), 'lines')
        .optional()
        .describe('Endpoints that several devices share, or that need settings.'),
      devices: byName(deviceSchemaWith(points), 'devices').optional().describe('What is polled.'),
      sinks: byName(sinkSchema, 'sinks').optional().describe('Where samples go.'),
    },
    expected('a site: keys such as version and devices'),
  );
}

/** What a file is checked against; the points are left to their own parser. */
export const siteSchema = siteSchemaWith(z.unknown());
export const deviceSchema = deviceSchemaWith(z.unknown());

/** The same, for editors: with the schema of points. */
export function documentedSiteSchema(points: z.ZodType): z.ZodType {
  return siteSchemaWith(points);
}

export type SiteInput = z.output<typeof siteSchema>;
export type DeviceInput = z.output<typeof deviceSchema>;
export type LineInput = z.output<typeof lineSchema>;
export type SinkInput = z.output<typeof sinkSchema>;
