import { z } from 'zod';
import { duration, expected, oneOf, selectors, text, whole } from './schema-parts.ts';

/** The shapes of the entries of `servers`, by their type: who may come and ask. */

const networks = z
  .array(text, expected('a list of addresses and networks'))
  .optional()
  .describe(
    'Who may ask: addresses and networks such as 192.168.1.0/24. Needed when it listens beyond this machine.',
  );

export const agentSchema = z
  .strictObject(
    {
      type: z.literal('zabbix-agent').describe('Answers a Zabbix server as a passive agent.'),
      listen: text.default('127.0.0.1:10050').describe('host:port, or a port of this machine.'),
      keys: oneOf(['eurotherm'])
        .optional()
        .describe(
          'More keys, as a script had them that read the instrument: eurotherm_data_pv, _sp, _wsp, _op, _sprate and eurotherm_data[-pv].',
        ),
      device: text.optional().describe('The device that `keys` speak of.'),
      allow: networks,
    },
    expected('a server such as { type: zabbix-agent, listen: 127.0.0.1:10050 }'),
  )
  .meta({ title: 'zabbix-agent' });

export const textServerSchema = z
  .strictObject(
    {
      type: z
        .literal('text')
        .describe('Answers Status, Get:1 (a register) and Read as bare text, one per connection.'),
      listen: text.default('127.0.0.1:9000').describe('host:port, or a port of this machine.'),
      device: text.describe('The device whose holding registers it tells of.'),
      allowSet: z
        .boolean(expected('true or false'))
        .default(false)
        .describe(
          'Set:2:1000 writes a register, raw, where `writes` of the device names a point that is this whole register.',
        ),
      allowExit: z
        .boolean(expected('true or false'))
        .default(false)
        .describe('Exit ends the whole program, in order and with code 0.'),
      allow: networks,
    },
    expected('a server such as { type: text, device: furnace1 }'),
  )
  .meta({ title: 'text' });

export const clientSchema = z.strictObject(
  {
    from: z
      .union([text, z.array(text)], expected('an address, a network, or a list of them'))
      .describe('Addresses and networks such as 192.168.1.0/24.'),
    access: oneOf(['read', 'write'])
      .default('read')
      .describe('What they may do; write is reading and writing.'),
    units: z
      .array(whole(0, 255), expected('a list such as [1]'))
      .optional()
      .describe('Unit ids they may ask. Default: all.'),
    ranges: z
      .array(text, expected('a list such as [hr:0+8]'))
      .optional()
      .describe('Addresses they may ask, such as hr:0+8: 8 from 0 on. Default: all.'),
    name: text.optional().describe('What the log calls them. Default: `from`.'),
  },
  expected('a network, or { from: 192.168.1.0/24, access: read }'),
);

export const whenStaleSchema = z.union(
  [oneOf(['exception', 'hold']), whole(0, 65_535)],
  expected('exception, hold, or a number from 0 to 65535'),
);

const unitId = z.union(
  [z.literal('any'), whole(0, 255)],
  expected('a whole number from 0 to 255, or any'),
);

const unitKeys = {
  include: selectors
    .optional()
    .describe(
      'The points it serves. Default: all; none where clients write a device, beside that device.',
    ),
  exclude: selectors.optional().describe('Points it does not serve, of those included.'),
  map: z
    .record(z.string(), text, expected('places by point, such as { furnace1.pv: hr:0 }'))
    .optional()
    .describe(
      'Where each point is, such as `furnace1.pv: hr:0`, in its own type, or `hr:0 f32@CDAB`. Without it every point gets a place that never moves.',
    ),
  device: text
    .optional()
    .describe(
      'Serves the points of this device at the addresses of its profile, as if it were the device itself; `map` may place others beside them.',
    ),
  table: oneOf(['holding', 'input'])
    .optional()
    .describe(
      'Where registers are when there is no `map`. Default: holding, and the same as input registers.',
    ),
  start: whole(0, 65_535)
    .optional()
    .describe('First address when there is no `map`, for places given from now on. Default: 0.'),
  whenStale: whenStaleSchema
    .optional()
    .describe(
      'What stands for a value that is not known: exception 0x0B, the last value, or this number in each of its registers. Default: exception.',
    ),
  status: z
    .record(z.string(), text, expected('places by device, such as { pv1: hr:100 }'))
    .optional()
    .describe(
      'Two registers for each of these devices: its quality (0 good, 1 stale, 2 bad), and the age of its values in seconds (65535: it never answered).',
    ),
  mirror: z
    .boolean(expected('true or false'))
    .optional()
    .describe(
      'Whether input registers are the holding registers once more, and discrete inputs the coils. Default: where nothing else stands there.',
    ),
  compat: oneOf(['zeros'])
    .optional()
    .describe(
      'zeros: what was never known is 0, the last value stands for ever, and every coil, input and input register exists, as simple servers have it. Default: off.',
    ),
};

export const servedUnitSchema = z.strictObject(
  unitKeys,
  expected('settings such as { include: [furnace1.*] }'),
);

export const serverLimitsSchema = z.strictObject(
  {
    connections: whole(1, 1_000)
      .default(32)
      .describe('Clients at a time; one more ends the connection that was silent for longest.'),
    perAddress: whole(1, 1_000).default(8).describe('The same, for one address.'),
    requestsPerSecond: whole(1, 100_000)
      .default(2_000)
      .describe('Requests of one client; who asks more often waits.'),
    idle: duration.default('10m').describe('A client that asks nothing for so long is gone.'),
    halfFrame: duration
      .default('5s')
      .describe('The rest of a begun request comes within this time, or the client is gone.'),
  },
  expected('limits such as { connections: 4 }'),
);

const units = z
  .record(z.string(), servedUnitSchema, expected('units by number, such as { 1: {} }'))
  .optional()
  .describe('Several units, by unit id, each with the keys from `include` to `compat`.');

export const tlsSchema = z.strictObject(
  {
    cert: text.describe('File of the certificate, in PEM, with those that it needs.'),
    key: text.describe('File of its private key, in PEM.'),
    ca: text
      .optional()
      .describe(
        'File of certificates that sign those of clients. With it only such clients may connect.',
      ),
    listen: text
      .default('127.0.0.1:802')
      .describe('host:port, or a port of this machine; 802 is the one for it.'),
  },
  expected('files such as { cert: server.pem, key: server.key }'),
);

export const meterLogSchema = z.strictObject(
  {
    format: oneOf(['pv-meter']).describe('The log of the smart meter server, on stdout.'),
    interfaces: z
      .array(text, expected('a list of texts'))
      .optional()
      .describe('What its first lines say of the networks. Default: those of `allow`.'),
    times: z
      .boolean(expected('true or false'))
      .default(false)
      .describe('Date and time in front of each line.'),
  },
  expected('pv-meter, or { format: pv-meter }'),
);

export const modbusServerSchema = z
  .strictObject(
    {
      type: z.literal('modbus-tcp').describe('Serves the values as a Modbus server.'),
      listen: text.default('127.0.0.1:1502').describe('host:port, or a port of this machine.'),
      framing: oneOf(['mbap', 'rtu'])
        .default('mbap')
        .describe('mbap is Modbus TCP; rtu is RTU frames over TCP, as converters speak it.'),
      unit: unitId
        .optional()
        .describe('Unit id that answers, or any. Default: that of a device clients write, else 1.'),
      ...unitKeys,
      units,
      allow: z
        .array(
          z.union([text, clientSchema], expected('a network, or { from: 192.168.1.0/24 }')),
          expected('a list such as [{ from: 192.168.1.0/24, access: read }]'),
        )
        .optional()
        .describe(
          'Who may ask, this machine too once there is a list. Needed when it listens beyond this machine.',
        ),
      limits: serverLimitsSchema.optional().describe('How much clients may ask for.'),
      tls: tlsSchema.optional().describe('A second port, encrypted, for the same registers.'),
      log: z
        .union([z.literal('pv-meter'), meterLogSchema], expected('pv-meter'))
        .optional()
        .describe('Lines on stdout about what clients write and read.'),
    },
    expected('a server such as { type: modbus-tcp, listen: 127.0.0.1:1502 }'),
  )
  .meta({ title: 'modbus-tcp' });

export const modbusLineSchema = z
  .strictObject(
    {
      type: z.literal('modbus-rtu').describe('The same on a serial line, as RTU.'),
      at: text.describe('The serial port: serial:/dev/ttyUSB1 9600 8N1.'),
      unit: whole(0, 255)
        .optional()
        .describe('Unit id that answers. Default: that of a device clients write, else 1.'),
      ...unitKeys,
      units,
      access: oneOf(['read', 'write'])
        .default('read')
        .describe('What may be done on the line; write is reading and writing.'),
    },
    expected('a server such as { type: modbus-rtu, at: serial:/dev/ttyUSB1 9600 8N1 }'),
  )
  .meta({ title: 'modbus-rtu' });

export const serverSchema = z.discriminatedUnion(
  'type',
  [modbusServerSchema, modbusLineSchema, textServerSchema, agentSchema],
  expected('a server such as { type: modbus-tcp, listen: 127.0.0.1:1502 }'),
);
export const SERVER_TYPES = ['modbus-tcp', 'modbus-rtu', 'text', 'zabbix-agent'] as const;

export type ServerInput = z.output<typeof serverSchema>;
export type ModbusServerInput = z.output<typeof modbusServerSchema>;
export type ModbusLineInput = z.output<typeof modbusLineSchema>;
export type ServedUnitInput = z.output<typeof servedUnitSchema>;
