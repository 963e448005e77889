import { nearest } from '../base/did-you-mean.ts';
import type { SpecIssue } from '../profile/issue.ts';
import { pointAlarmSchema, siteAlarmSchema } from './alarm-schema.ts';
import {
  consoleSinkSchema,
  csvSinkSchema,
  influxSinkSchema,
  jsonlSinkSchema,
  sinkLineSchema,
  webhookSinkSchema,
  zabbixSinkSchema,
} from './sink-schema.ts';
import {
  defaultsSchema,
  deviceSchema,
  limitsSchema,
  lineSchema,
  siteSchema,
  webSchema,
  webTlsSchema,
} from './site-schema.ts';
import { IN_SERVERS, MODBUS_SERVER, SERVERS } from './server-key-sets.ts';
import { UNIT, type KeySet } from './key-set.ts';
import { exchangeKeys } from './exchange-keys.ts';
import { historySchema, journalSchema, outagesSchema, reportSchema } from './store-schema.ts';

const EVERY = [
  ...[
    'interval',
    'scan_interval',
    'poll',
    'polling',
    'period',
    'refresh',
    'update_interval',
    'rate',
  ],
];
const AT = ['host', 'url', 'address', 'endpoint', 'ip', 'target', 'port', 'uri', 'adapter'];
const TIMEOUT = ['time_out', 'response_timeout', 'timeout_ms'];

const SITE: KeySet = {
  what: 'the site file',
  known: Object.keys(siteSchema.shape),
  synonyms: {
    devices: ['hubs', 'meters', 'modbus', 'slaves', 'units'],
    lines: ['adapters', 'connections', 'ports', 'buses', 'channels'],
    sinks: ['outputs', 'exporters', 'exports', 'targets', 'publish'],
    web: ['http', 'ui', 'page', 'dashboard'],
    envFile: ['env_file', 'env', 'dotenv'],
    data: ['data_dir', 'datadir', 'storage', 'folder'],
    name: ['label', 'title', 'id', 'gateway'],
    site: ['location', 'place'],
    defaults: ['default', 'global', 'globals', 'settings'],
    journal: ['buffer', 'queue', 'spool'],
    outages: ['outage', 'power_cuts', 'gaps'],
    history: ['trends', 'archive', 'historian'],
    servers: ['agents', 'listeners'],
    report: ['deadbands', 'filters'],
    writes: ['write', 'writing', 'allow_writes', 'control'],
    rules: ['triggers', 'automations', 'actions'],
    pulls: ['fetch', 'imports', 'sources'],
  },
  later: [...['simulate', 'include'], ...['users', 'computed']],
};

const DEFAULTS: KeySet = {
  what: 'defaults',
  known: Object.keys(defaultsSchema.shape),
  synonyms: { every: EVERY, timeout: TIMEOUT, retries: ['retry'], stale: ['max_age'] },
  later: [],
};

const WEB: KeySet = {
  what: 'web',
  known: Object.keys(webSchema.shape),
  synonyms: {
    listen: ['port', 'host', 'address', 'bind'],
    login: ['password', 'auth_required'],
    tokens: ['token', 'api_tokens', 'keys', 'auth', 'access'],
  },
  later: ['users', 'allow'],
};

const WEB_TLS: KeySet = {
  what: 'tls',
  known: Object.keys(webTlsSchema.shape),
  synonyms: { cert: ['certificate', 'cert_file'], key: ['key_file', 'private_key'] },
  later: [],
};

const LINE: KeySet = {
  what: 'line',
  known: Object.keys(lineSchema.shape),
  synonyms: {
    at: [...AT, 'device', 'serial', 'baud', 'baudrate', 'parity', 'comset'],
    pause: ['delay', 'silence', 'gap'],
    timeout: TIMEOUT,
    inFlight: ['in_flight', 'parallel', 'pipeline', 'max_in_flight'],
  },
  later: ['connectDelay', 'rs485', 'turnaround'],
};

const DEVICE: KeySet = {
  what: 'device',
  known: Object.keys(deviceSchema.shape),
  synonyms: {
    unit: UNIT,
    at: AT,
    line: ['bus', 'hub', 'connection'],
    every: EVERY,
    label: ['name', 'title', 'description'],
    profile: ['type', 'model', 'template'],
    params: ['parameters'],
    points: ['registers', 'sensors', 'variables', 'values'],
    only: ['filter'],
    addressing: ['base', 'address_base'],
    order: ['byte_order', 'byteorder', 'word_order', 'endianness', 'swap'],
    limits: ['message_size', 'max_registers'],
    timeout: TIMEOUT,
    retries: ['retry'],
    stale: ['max_age', 'expire'],
    writes: ['write', 'writable', 'allow', 'commands'],
    whenStale: ['on_stale', 'when_stale'],
    outOfRange: ['out_of_range', 'validation'],
  },
  later: ['dbc', 'enabled', 'can', 'map'],
};

const LIMITS: KeySet = {
  what: 'limits',
  known: Object.keys(limitsSchema.shape),
  synonyms: {
    registers: ['message_size', 'max_registers', 'words'],
    bits: ['coils', 'max_bits'],
    gap: ['max_gap', 'hole'],
  },
  later: ['pause', 'timeout'],
};

const ALARM_WAYS = {
  delay: ['on_delay', 'for', 'duration', 'time'],
  offDelay: ['off_delay', 'clear_delay'],
  priority: ['severity', 'level'],
  text: ['message', 'label', 'description', 'name'],
  when: ['condition', 'expr', 'if', 'expression'],
};

const SITE_ALARM: KeySet = {
  what: 'alarm',
  known: Object.keys(siteAlarmSchema.shape),
  synonyms: ALARM_WAYS,
  later: ['ack', 'latch'],
};

const DEVICE_ALARM: KeySet = {
  ...SITE_ALARM,
  known: Object.keys(pointAlarmSchema.shape),
  synonyms: {
    ...ALARM_WAYS,
    hi: ['high', 'max', 'above'],
    lo: ['low', 'min', 'below'],
    hihi: ['hh', 'high_high'],
    lolo: ['ll', 'low_low'],
    hysteresis: ['deadband', 'dead_band'],
    outlier: ['deviation'],
  },
};

const SINK_LATER = ['topic', 'buffer', 'send', 'heartbeat', 'every', 'rotate'];
const SINK_SYNONYMS = {
  include: ['only', 'points', 'devices', 'select'],
  exclude: ['except', 'skip'],
  path: ['file', 'filename'],
};

const CONSOLE: KeySet = {
  what: 'console sink',
  known: Object.keys(consoleSinkSchema.shape),
  synonyms: { ...SINK_SYNONYMS, format: ['style', 'output'] },
  later: SINK_LATER,
};

const JSONL: KeySet = {
  what: 'jsonl sink',
  known: Object.keys(jsonlSinkSchema.shape),
  synonyms: SINK_SYNONYMS,
  later: SINK_LATER,
};

const CSV: KeySet = { ...JSONL, what: 'csv sink', known: Object.keys(csvSinkSchema.shape) };

const INFLUX: KeySet = {
  what: 'influx sink',
  known: Object.keys(influxSinkSchema.shape),
  synonyms: {
    ...SINK_SYNONYMS,
    url: ['server', 'host', 'address', 'endpoint', 'urls'],
    database: ['db', 'dbname'],
    user: ['username', 'login'],
    org: ['organization', 'organisation'],
    token: ['api_token', 'key'],
    measurement: ['table', 'metric'],
    retention: ['rp', 'retention_policy'],
    batch: ['batch_size', 'metric_batch_size'],
    rename: ['names', 'aliases'],
    lines: ['measurements', 'groups', 'tables'],
    timeout: TIMEOUT,
  },
  later: SINK_LATER,
};

const SINK_LINE: KeySet = {
  what: 'a line of a sink',
  known: Object.keys(sinkLineSchema.shape),
  synonyms: {
    points: ['fields', 'include'],
    on: ['trigger', 'changes'],
    when: ['if', 'while', 'condition'],
    send: ['mode', 'write'],
  },
  later: [],
};

const ZABBIX: KeySet = {
  what: 'zabbix sink',
  known: Object.keys(zabbixSinkSchema.shape),
  synonyms: {
    ...SINK_SYNONYMS,
    server: ['url', 'address', 'proxy'],
    host: ['hostname'],
    key: ['item', 'key_prefix'],
    discovery: ['lld', 'lld_interval'],
    timeout: TIMEOUT,
  },
  later: SINK_LATER,
};

const WEBHOOK: KeySet = {
  what: 'webhook sink',
  known: Object.keys(webhookSinkSchema.shape),
  synonyms: {
    ...SINK_SYNONYMS,
    url: ['address', 'endpoint', 'target', 'uri'],
    events: ['types', 'on', 'event'],
    secret: ['key', 'token', 'signature', 'hmac'],
    headers: ['header', 'auth', 'authorization'],
    timeout: TIMEOUT,
  },
  later: ['batch', 'ca', ...SINK_LATER],
};

const JOURNAL: KeySet = {
  what: 'journal',
  known: Object.keys(journalSchema.shape),
  synonyms: {
    size: ['disk', 'max_size', 'limit', 'bytes'],
    age: ['max_age', 'retention', 'keep'],
    sync: ['flush', 'fsync', 'sync_interval'],
  },
  later: [],
};

const OUTAGES: KeySet = {
  what: 'outages',
  known: Object.keys(outagesSchema.shape),
  synonyms: { report: ['points', 'include', 'watch'], gap: ['after', 'timeout', 'min'] },
  later: [],
};

const HISTORY: KeySet = {
  ...JOURNAL,
  what: 'history',
  known: Object.keys(historySchema.shape),
};

const REPORT: KeySet = {
  what: 'report',
  known: Object.keys(reportSchema.shape),
  synonyms: {
    deadband: ['dead_band', 'hysteresis', 'threshold'],
    heartbeat: ['max_interval', 'keepalive'],
    minInterval: ['min_interval'],
  },
  later: [],
};

const WRITES: KeySet = {
  what: 'writes',
  known: ['from'],
  synonyms: { from: ['allow', 'networks', 'addresses', 'clients'] },
  later: ['mode', 'ttl'],
};

/** The keys of a sink by its type; one without a known type is taken for the simplest. */
const SINKS: ReadonlyMap<unknown, KeySet> = new Map([
  ['jsonl', JSONL],
  ['csv', CSV],
  ['influx', INFLUX],
  ['zabbix', ZABBIX],
  ['webhook', WEBHOOK],
]);

/** An issue of the shape; `meant` is the key that an unknown one stands for, which is not also missing. */
export type ShapeIssue = SpecIssue & { readonly meant?: string };

/** What is wrong with a key that no schema knows. `type` is said where a sink or a server has one. */
export function unknownKey(path: SpecIssue['path'], key: string, type: unknown): ShapeIssue {
  const { what, known, synonyms, later } = keySetAt(path, type);
  const isNamed = path.length === 2 && NAMED.has(path[0]);
  const where = isNamed || path[0] === 'sinks' ? `${what} "${path[1] ?? ''}"` : what;
  const issue = { path: [...path, key], onKey: true, severity: 'error' as const };
  const message = `unknown key "${key}" in ${where}`;
  if (later.includes(key)) return { ...issue, message: `${message}: not in this version` };
  return { ...issue, message, ...suggestKey(key, known, synonyms) };
}

const NAMED = new Set<unknown>(['devices', 'lines', 'servers', 'alarms', 'rules', 'pulls']);

const IN_DEVICE: ReadonlyMap<unknown, KeySet> = new Map([
  ['limits', LIMITS],
  ['alarms', DEVICE_ALARM],
]);

const BY_KEY: Readonly<Record<string, KeySet>> = {
  defaults: DEFAULTS,
  journal: JOURNAL,
  history: HISTORY,
  outages: OUTAGES,
  report: REPORT,
  writes: WRITES,
  alarms: SITE_ALARM,
};

function sinkKeys(third: unknown, type: unknown): KeySet {
  return third === 'lines' ? SINK_LINE : (SINKS.get(type) ?? CONSOLE);
}

function webKeys([first, second]: SpecIssue['path']): KeySet | undefined {
  if (first !== 'web') return undefined;
  return second === 'tls' ? WEB_TLS : WEB;
}

function keySetAt(path: SpecIssue['path'], type: unknown): KeySet {
  const [first, , third] = path;
  if (first === 'devices') return IN_DEVICE.get(third) ?? DEVICE;
  if (first === 'lines') return LINE;
  if (first === 'sinks') return sinkKeys(third, type);
  if (first === 'servers') return IN_SERVERS.get(third) ?? SERVERS.get(type) ?? MODBUS_SERVER;
  return exchangeKeys(path) ?? webKeys(path) ?? BY_KEY[String(first)] ?? SITE;
}

function suggestKey(
  key: string,
  known: readonly string[],
  synonyms: KeySet['synonyms'],
): { hint: string; meant?: string } {
  const plain = key.toLowerCase().replaceAll(/[ -]/g, '_');
  const [meant, others] =
    Object.entries(synonyms).find(
      ([name, words]) => known.includes(name) && words.includes(plain),
    ) ?? [];
  if (meant !== undefined) {
    const also = (others ?? []).filter((word) => word !== plain).slice(0, 3);
    const elsewhere = also.length === 0 ? '' : `   (also called ${also.join(', ')} elsewhere)`;
    return { hint: `did you mean "${meant}"?${elsewhere}`, meant };
  }
  if (key === '<<') return { hint: 'YAML 1.2 has no merge keys' };
  const near = nearest(key, known);
  if (near === undefined) return { hint: `known: ${known.join(' ')}` };
  return { hint: `did you mean "${near}"?`, meant: near };
}
