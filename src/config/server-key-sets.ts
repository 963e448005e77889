import { UNIT, type KeySet } from './key-set.ts';
import {
  agentSchema,
  clientSchema,
  meterLogSchema,
  modbusLineSchema,
  modbusServerSchema,
  servedUnitSchema,
  serverLimitsSchema,
  textServerSchema,
  tlsSchema,
} from './server-schema.ts';

const AGENT: KeySet = {
  what: 'zabbix-agent server',
  known: Object.keys(agentSchema.shape),
  synonyms: { listen: ['port', 'bind', 'address'], allow: ['server', 'from', 'networks'] },
  later: [],
};

const TEXT_SERVER: KeySet = {
  what: 'text server',
  known: Object.keys(textServerSchema.shape),
  synonyms: { ...AGENT.synonyms, device: ['furnace', 'unit', 'controller'], allowSet: ['write'] },
  later: ['allowExit', 'cells', 'writable'],
};

const SERVED_UNIT: KeySet = {
  what: 'unit of a server',
  known: Object.keys(servedUnitSchema.shape),
  synonyms: {
    include: ['only', 'points', 'devices', 'device', 'select'],
    exclude: ['except', 'skip'],
    map: ['registers', 'addresses', 'mapping'],
    start: ['base', 'first', 'address', 'offset'],
    whenStale: ['stale', 'on_stale', 'when_stale'],
    status: ['health', 'age'],
    compat: ['compatibility', 'zeros'],
  },
  later: ['written', 'writes'],
};

export const MODBUS_SERVER: KeySet = {
  what: 'modbus-tcp server',
  known: Object.keys(modbusServerSchema.shape),
  synonyms: {
    ...SERVED_UNIT.synonyms,
    listen: ['port', 'bind', 'address', 'at'],
    unit: UNIT,
    units: ['slaves', 'unit_ids'],
    framing: ['framer', 'mode', 'protocol'],
    allow: ['clients', 'from', 'networks', 'access'],
    limits: ['max_clients', 'max_connections', 'connections'],
  },
  later: SERVED_UNIT.later,
};

const MODBUS_LINE: KeySet = {
  what: 'modbus-rtu server',
  known: Object.keys(modbusLineSchema.shape),
  synonyms: {
    ...SERVED_UNIT.synonyms,
    at: ['listen', 'port', 'serial', 'device', 'endpoint'],
    unit: UNIT,
    units: ['slaves', 'unit_ids'],
    access: ['allow', 'mode'],
  },
  later: SERVED_UNIT.later,
};

const TLS: KeySet = {
  what: 'tls',
  known: Object.keys(tlsSchema.shape),
  synonyms: {
    cert: ['certificate', 'cert_file', 'crt'],
    key: ['private_key', 'key_file'],
    ca: ['client_ca', 'ca_file', 'cafile'],
    listen: ['port', 'bind', 'address'],
  },
  later: ['roles', 'crl'],
};

const METER_LOG: KeySet = {
  what: 'log',
  known: Object.keys(meterLogSchema.shape),
  synonyms: { format: ['type', 'style'], times: ['timestamps', 'time'] },
  later: [],
};

const CLIENT: KeySet = {
  what: 'allow',
  known: Object.keys(clientSchema.shape),
  synonyms: {
    from: ['network', 'address', 'ip', 'host'],
    access: ['mode', 'rights', 'permission'],
    units: ['unit', ...UNIT],
    ranges: ['registers', 'addresses', 'range'],
    name: ['label', 'title'],
  },
  later: [],
};

const SERVER_LIMITS: KeySet = {
  what: 'limits',
  known: Object.keys(serverLimitsSchema.shape),
  synonyms: {
    connections: ['clients', 'max_clients', 'max_connections'],
    perAddress: ['per_address', 'per_client'],
    requestsPerSecond: ['rate', 'requests', 'requests_per_second'],
  },
  later: [],
};

/** The keys of a server by its type, and of what stands in it. */
export const SERVERS: ReadonlyMap<unknown, KeySet> = new Map([
  ['zabbix-agent', AGENT],
  ['text', TEXT_SERVER],
  ['modbus-rtu', MODBUS_LINE],
]);

export const IN_SERVERS: ReadonlyMap<unknown, KeySet> = new Map([
  ['units', SERVED_UNIT],
  ['allow', CLIENT],
  ['limits', SERVER_LIMITS],
  ['tls', TLS],
  ['log', METER_LOG],
]);
