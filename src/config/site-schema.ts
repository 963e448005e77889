import { z } from 'zod';
import {
  byName,
  duration,
  expected,
  NAME_PATTERN,
  names,
  oneOf,
  text,
  whole,
} from './schema-parts.ts';
import { deviceAlarmsSchema, siteAlarmSchema } from './alarm-schema.ts';
import { pullSchema, ruleSchema } from './exchange-schema.ts';
import { sinkSchema } from './sink-schema.ts';
import { serverSchema, whenStaleSchema } from './server-schema.ts';
import { heardKeys } from './heard-schema.ts';
import { writesSchema } from './writes-schema.ts';
import { historySchema, journalSchema, outagesSchema, reportSchema } from './store-schema.ts';

/**
 * The shape of a site file: types, defaults and descriptions, from which the JSON Schema and the
 * reference are made. The `error` of each part says what is expected there; the sentence around it
 * is made in explain.ts.
 */

export { duration, text };
export const NAME = new RegExp(NAME_PATTERN);

const endpoint = z.string(expected('an endpoint such as tcp://192.168.1.50')).meta({
  id: 'endpoint',
  description:
    'tcp://host[:502], rtu+tcp://host:port for a serial line behind a converter, ' +
    'serial:/dev/ttyUSB0 9600 8N1 with speed, data bits, parity and stop bits. For devices that are not ' +
    'asked: server:name/unit, where clients write to a server of ours; can://can0?bitrate=250000, ' +
    'socketcand://host:29536/can0, slcan:/dev/ttyACM0 250000 and candump:file.log?speed=1&loop=yes, where ' +
    'they speak on a CAN bus; host:, this computer.',
});

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

export const tokenSchema = z.strictObject(
  {
    name: text.describe('Whom the audit names.'),
    role: oneOf(['viewer', 'operator', 'admin'])
      .default('operator')
      .describe('viewer looks at the audit, operator writes points, admin everything.'),
    token: text.describe('Its secret, at least 16 characters: "${SCADA_TOKEN}" or "${file:…}".'),
  },
  expected('a token such as { name: scada, role: operator, token: "${SCADA_TOKEN}" }'),
);

export const webTlsSchema = z.strictObject(
  {
    cert: text.describe('File of the certificate, in PEM, with those that it needs.'),
    key: text.describe('File of its private key, in PEM.'),
  },
  expected('files such as { cert: server.pem, key: server.key }'),
);

export const webSchema = z.strictObject(
  {
    login: oneOf(['remote', 'always'])
      .default('remote')
      .describe(
        'remote: everybody must log in when the page listens beyond this machine. always: on this machine, too, as behind a proxy.',
      ),
    tls: webTlsSchema.optional().describe('Serves the page encrypted, by https.'),
    tokens: z
      .array(tokenSchema, expected('a list of tokens'))
      .max(100, expected('at most 100 tokens'))
      .optional()
      .describe(
        'Who may write and operate through the API, each by a secret. Without any, whoever is at this machine.',
      ),
    local: oneOf(['viewer', 'operator', 'admin'])
      .default('operator')
      .describe(
        'What somebody at this machine is where nobody has to log in and there are no tokens. admin: may change this file through the page, and see the secrets that stand in it.',
      ),
    listen: z
      .union([text, whole(0, 65_535)], expected('host:port, a port, or none'))
      .default('127.0.0.1:8502')
      .describe(
        'host:port of the page, or a port of this machine alone; port 0 takes a free one. Beyond this machine everybody must log in. The word `none` switches it off.',
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
    gap: z
      .union(
        [z.literal('auto'), whole(0, 2000)],
        expected('auto, or a whole number from 0 to 2000'),
      )
      .optional()
      .describe(
        'Unwanted registers to read through rather than ask twice; auto: as many as cost less than another request. Default: of the profile, else auto.',
      ),
  },
  expected('limits such as { registers: 60 }'),
);

/** How a device is asked. */
const askingKeys = {
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
      'auto: reads through gaps up to limits.gap. greedy: fills each request, through gaps of any length. Default: of the profile, else auto.',
    ),
  limits: limitsSchema.optional().describe('How much one request may ask for.'),
};

/** Keys of a device that clients of a server of ours write. */
const writtenKeys = {
  whenStale: whenStaleSchema
    .optional()
    .describe(
      'Of a device that clients write: what its registers answer when its values are stale. Default: exception.',
    ),
  outOfRange: oneOf(['bad', 'warn', 'refuse'])
    .optional()
    .describe(
      'Of a device that clients write: a value outside its valid range is not known, or good with a warning, or refuses the whole write with exception 3. Default: bad.',
    ),
  partial: oneOf(['accept', 'refuse'])
    .optional()
    .describe(
      'Of a device that clients write: a write that holds only a part of a value is taken, or refused with exception 2. Default: accept.',
    ),
};

/** Points and rules of a device are checked by the readers of profiles; editors get their full schema. */
function deviceSchemaWith<Points extends z.ZodType, Writes extends z.ZodType>(
  points: Points,
  writes: Writes,
) {
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
      alarms: deviceAlarmsSchema,
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
      ...askingKeys,
      writes: writes
        .optional()
        .describe(
          'Which of its points may be written, besides `writes` of the gateway: names, or names with rules, such as { setpoint: { max: 900 } }. Default: none.',
        ),
      ...heardKeys,
      ...writtenKeys,
      tags: z
        .record(z.string(), text, expected('texts by name, such as { room: B12 }'))
        .optional()
        .describe('Words of your own for selecting and labelling.'),
    },
    expected('settings such as { at: tcp://192.168.1.50, profile: schneider/pm8000 }'),
  );
}

function siteSchemaWith<Points extends z.ZodType, Writes extends z.ZodType>(
  points: Points,
  writes: Writes,
) {
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
          'Folder of everything that is kept, from that of this file if relative. Default: the folder of this file for what sinks write; `dinrail-data` beside it where a sink, a server with a generated map, `writes`, `journal` or `history` needs one.',
        ),
      writes: writesSchema
        .optional()
        .describe(
          'Whether anything is written at all: none, the default; local, for requests from this machine; all; or { from: networks }. Each device says which points.',
        ),
      defaults: defaultsSchema.optional().describe('For all devices that say nothing else.'),
      web: webSchema.optional().describe('The web page.'),
      lines: byName(z.union([endpoint, lineSchema], expected('an endpoint, or { at: … }')), 'lines')
        .optional()
        .describe('Endpoints that several devices share, or that need settings.'),
      devices: byName(deviceSchemaWith(points, writes), 'devices')
        .optional()
        .describe('What is polled.'),
      alarms: byName(siteAlarmSchema, 'alarms')
        .optional()
        .describe('Alarms over points of several devices.'),
      sinks: byName(sinkSchema, 'sinks').optional().describe('Where samples go.'),
      report: z
        .record(z.string(), reportSchema, expected('rules by pattern of points'))
        .optional()
        .describe('Which readings are worth keeping, by pattern of points; later ones win.'),
      journal: journalSchema.optional().describe('What is kept until every sink has it.'),
      history: z
        .union([z.literal('none'), historySchema], expected('none, or { size, age }'))
        .optional()
        .describe('What trends are drawn from. The word `none` switches it off.'),
      outages: outagesSchema
        .optional()
        .describe('Which points get a report after a power cut, or when their device was silent.'),
      servers: byName(serverSchema, 'servers').optional().describe('Who may come and ask.'),
      rules: byName(ruleSchema, 'rules')
        .optional()
        .describe('What is done when a condition over points becomes true.'),
      pulls: byName(pullSchema, 'pulls')
        .optional()
        .describe('What is fetched from others at times, and what is done with it.'),
    },
    expected('a site: keys such as version and devices'),
  );
}

/** What a file is checked against; the points are left to their own parser. */
export const siteSchema = siteSchemaWith(z.unknown(), z.unknown());
export const deviceSchema = deviceSchemaWith(z.unknown(), z.unknown());

/** The same, for editors: with the schemas of points and rules. */
export function documentedSiteSchema(points: z.ZodType, writes: z.ZodType): z.ZodType {
  return siteSchemaWith(points, writes);
}

export type SiteInput = z.output<typeof siteSchema>;
export type DeviceInput = z.output<typeof deviceSchema>;
export type LineInput = z.output<typeof lineSchema>;
