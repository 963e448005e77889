import { z } from 'zod';
import { EVENT_TYPES } from '../base/event-type.ts';
import { duration, expected, names, oneOf, selectors, text, whole } from './schema-parts.ts';

/** The shapes of the entries of `sinks`, by their type. */

const sinkBase = {
  include: selectors.optional().describe('The points it gets. Default: all.'),
  exclude: selectors.optional().describe('Points it does not get, of those included.'),
};

const events = z
  .boolean(expected('true or false'))
  .default(false)
  .describe(
    'Alarms, silent devices and other events as well, each as a JSON object with a `type`.',
  );

export const consoleSinkSchema = z
  .strictObject(
    {
      type: z.literal('console').describe('Writes to the standard output.'),
      format: oneOf(['line', 'table', 'json'])
        .default('line')
        .describe('One line per change, a table that is redrawn, or one JSON object per line.'),
      events,
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
      events,
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

const tagTemplates = z.record(
  z.string(),
  text,
  expected('texts by name, such as { feeder: "{tag.feeder}" }'),
);

export const sinkLineSchema = z.strictObject(
  {
    points: names
      .optional()
      .describe('The points on it. Default: those whose category is the name of the line.'),
    on: names.optional().describe('The points whose change counts. Default: those on it.'),
    when: text
      .optional()
      .describe(
        'Condition over points of the device: it is written only while it holds, and whole when it begins to.',
      ),
    all: text.optional().describe('It is written whole when this condition becomes true.'),
    send: oneOf(['changed', 'all'])
      .default('changed')
      .describe('What is written when something counts: what has changed, or all of it.'),
  },
  expected('a line such as { points: [a, b], send: all }'),
);

export const influxSinkSchema = z
  .strictObject(
    {
      type: z
        .literal('influx')
        .describe('Writes to InfluxDB, or what understands its line protocol.'),
      url: text.describe('Where the server is, such as http://localhost:8086.'),
      database: text.optional().describe('Name of the database: InfluxDB 1.'),
      user: text.optional().describe('InfluxDB 1.'),
      password: text.optional().describe('InfluxDB 1; from the environment: "${INFLUX_PASSWORD}".'),
      retention: text
        .optional()
        .describe('Retention policy, InfluxDB 1. Default: of the database.'),
      bucket: text.optional().describe('Name of the bucket: InfluxDB 2 and later.'),
      org: text.optional().describe('Organisation of the bucket.'),
      token: text.optional().describe('From the environment: "${INFLUX_TOKEN}".'),
      measurement: text
        .optional()
        .describe(
          'Name of the measurement, with {device}, {point}, {category}, {site} and {tag.NAME}. Default: the category of the point, else the model of its profile, else dinrail.',
        ),
      tags: tagTemplates
        .optional()
        .describe(
          'Tags by name, with the same placeholders. Default: device, site and the tags of the device.',
        ),
      fields: oneOf(['by-point', 'value'])
        .default('by-point')
        .describe(
          'by-point: one field per point, those of one moment on one line. value: a line per point, with the tag `point` and the field `value`.',
        ),
      types: z
        .record(z.string(), oneOf(['float', 'int', 'string', 'bool']), expected('types by point'))
        .optional()
        .describe(
          'Type of a field, which never changes, by point or device.point: { count: int }.',
        ),
      rename: z
        .record(z.string(), text, expected('names of fields by point'))
        .optional()
        .describe('Names of fields that are not those of the points, likewise.'),
      states: oneOf(['both', 'number'])
        .default('both')
        .describe('What is written of a state: its number with its name beside it, or the number.'),
      lines: z
        .record(
          z.string(),
          z.union(
            [sinkLineSchema, z.array(sinkLineSchema)],
            expected('a line such as { points: [a, b] }, or a list of such'),
          ),
          expected('lines by measurement'),
        )
        .optional()
        .describe(
          'What stands on one line, by measurement, once a device has read all its points: then this is all that is written. Default: what one answer has changed.',
        ),
      precision: oneOf(['ms', 's', 'us', 'ns']).default('ms').describe('Of the times.'),
      batch: whole(1, 5_000).default(5_000).describe('Most lines in one request.'),
      timeout: duration.default('10s').describe('How long one request may take.'),
      ...sinkBase,
    },
    expected('a sink such as { type: influx, url: http://localhost:8086, database: dinrail }'),
  )
  .meta({ title: 'influx' });

export const zabbixSinkSchema = z
  .strictObject(
    {
      type: z.literal('zabbix').describe('Sends to trapper items of a Zabbix server or proxy.'),
      server: text.describe('host[:10051] of the server or proxy.'),
      host: text
        .optional()
        .describe(
          'Name of the host in Zabbix, with {device} and {site}. Default: name of the site file.',
        ),
      key: text
        .default('dinrail.value[{device},{point}]')
        .describe('Key of an item, with {device} and {point}.'),
      quality: text
        .optional()
        .describe(
          'Key that gets good, stale or bad with each reading, with {device} and {point}. Default: none.',
        ),
      psk: z
        .strictObject(
          {
            identity: text.describe('As the server knows it.'),
            key: text.describe('Hexadecimal, from the environment: "${ZABBIX_PSK}".'),
          },
          expected('settings such as { identity: furnace-pi, key: "${ZABBIX_PSK}" }'),
        )
        .optional()
        .describe('Encrypts with a key that both sides have.'),
      discovery: duration
        .default('1h')
        .describe('How often the list of points is sent for discovery.'),
      timeout: duration.default('10s').describe('How long one request may take.'),
      ...sinkBase,
    },
    expected('a sink such as { type: zabbix, server: zabbix.lab:10051, host: furnace-pi }'),
  )
  .meta({ title: 'zabbix' });

export const webhookSinkSchema = z
  .strictObject(
    {
      type: z.literal('webhook').describe('Posts events as CloudEvents 1.0 to an address of HTTP.'),
      url: text.describe('Where events are posted, such as https://example.com/hooks/dinrail.'),
      events: z
        .array(text, expected('a list such as [alarm.*]'))
        .default(['*'])
        .describe(
          `Which events, by pattern: ${EVENT_TYPES.join(' ')}, and rule.NAME of an exchange. Default: all.`,
        ),
      secret: text
        .optional()
        .describe(
          'Signs each body: the header x-dinrail-signature-256 has its HMAC-SHA256. From the environment: "${HOOK_SECRET}".',
        ),
      headers: z
        .record(z.string(), text, expected('texts by name, such as { Authorization: "${TOKEN}" }'))
        .optional()
        .describe('Further headers of each request.'),
      timeout: duration.default('10s').describe('How long one request may take.'),
      include: selectors
        .optional()
        .describe('Points whose changes are posted as well, as value.changed. Default: none.'),
      exclude: sinkBase.exclude,
    },
    expected('a sink such as { type: webhook, url: https://example.com/hook, events: [alarm.*] }'),
  )
  .meta({ title: 'webhook' });

export const sinkSchema = z.discriminatedUnion(
  'type',
  [
    consoleSinkSchema,
    jsonlSinkSchema,
    csvSinkSchema,
    influxSinkSchema,
    zabbixSinkSchema,
    webhookSinkSchema,
  ],
  expected('a sink such as { type: console }'),
);
export const SINK_TYPES = ['console', 'jsonl', 'csv', 'influx', 'zabbix', 'webhook'] as const;

export type SinkLineInput = z.output<typeof sinkLineSchema>;
export type SinkInput = z.output<typeof sinkSchema>;
