import { resolve } from 'node:path';
import { isLoopbackHost } from '../base/network-list.ts';
import type { Path, Report } from './report.ts';
import { isProblem, readEndpoint } from './endpoint-syntax.ts';
import { checkNetwork } from './resolve-networks.ts';
import { listenAddress, type Address } from './resolve-listen.ts';
import { unitsOf } from './resolve-units.ts';
import type {
  ClientConfig,
  MeterLogConfig,
  ModbusLineConfig,
  ModbusServerConfig,
  RangeConfig,
  ServedUnitConfig,
  TlsConfig,
} from './server-config.ts';
import {
  clientSchema,
  serverLimitsSchema,
  type ModbusLineInput,
  type ModbusServerInput,
} from './server-schema.ts';
import type { ServerContext } from './resolve-servers.ts';

/** A server of ours on TCP, with everything filled in. */
export function modbusServer(
  path: Path,
  name: string,
  input: ModbusServerInput,
  context: ServerContext,
): Omit<ModbusServerConfig, 'name' | 'listen'> {
  const { type, framing, allow } = input;
  const { report } = context;
  const units = unitsOf(path, name, input, context);
  const clients = allow?.map((client, index) =>
    clientOf([...path, 'allow', index], client, units, context),
  );
  if (framing === 'rtu') refuseGated(path, units, report);
  const tls = tlsOf(path, input, context);
  const log = logOf(path, input, units, report);
  return {
    ...{ type, framing, units },
    ...(clients !== undefined && { allow: clients }),
    limits: limitsOf([...path, 'limits'], input, report),
    ...(tls !== undefined && { tls }),
    ...(log !== undefined && { log }),
  };
}

/** The same on a serial line; undefined after reporting why it cannot be. */
export function modbusLine(
  path: Path,
  name: string,
  input: ModbusLineInput,
  context: ServerContext,
): ModbusLineConfig | undefined {
  const { type, at, access } = input;
  const { report } = context;
  const units = unitsOf(path, name, input, context);
  if (access === 'write') checkWritable([...path, 'access'], units, context);
  refuseGated(path, units, report);
  const endpoint = readEndpoint(at);
  const atPath = [...path, 'at'];
  if (isProblem(endpoint)) {
    const { message, ...extra } = endpoint;
    report.error(atPath, message, extra);
    return undefined;
  }
  if (endpoint.kind !== 'serial') {
    const hint = 'type: modbus-tcp with framing: rtu is RTU on a network';
    report.error(atPath, `at is "${at}", expected a serial port`, { hint });
    return undefined;
  }
  const owner = context.ownerOf(endpoint.resource);
  if (owner !== undefined) report.error(atPath, `${owner} uses the same serial port`);
  return { name, type, endpoint: endpoint.text, units, access };
}

function clientOf(
  path: Path,
  client: NonNullable<ModbusServerInput['allow']>[number],
  served: readonly ServedUnitConfig[],
  context: ServerContext,
): ClientConfig {
  const { report } = context;
  const rule = typeof client === 'string' ? clientSchema.parse({ from: client }) : client;
  const { from, access, units, ranges, name } = rule;
  const texts = typeof from === 'string' ? [from] : from;
  const at = typeof client === 'string' ? path : [...path, 'from'];
  for (const text of texts) checkNetwork(at, text, report);
  for (const [index, unit] of (units ?? []).entries()) {
    if (served.some((one) => one.unit === unit || one.unit === 'any')) continue;
    report.error([...path, 'units', index], `unit ${unit} is not served here`);
  }
  if (access === 'write') checkWritable([...path, 'access'], served, context);
  return {
    ...{ from: texts, access, name: name ?? texts.join(' ') },
    ...(units !== undefined && { units }),
    ...(ranges !== undefined && { ranges: rangesOf([...path, 'ranges'], ranges, report) }),
  };
}

const TABLES = { co: 'coil', di: 'discrete', ir: 'input', hr: 'holding' } as const;

function rangesOf(path: Path, texts: readonly string[], report: Report): readonly RangeConfig[] {
  return texts.flatMap((text, index) => {
    const [, prefix = '', first, size = '1'] =
      /^(co|di|ir|hr):(\d{1,5})(?:\+(\d{1,5}))?$/.exec(text) ?? [];
    const [start, count] = [Number(first), Number(size)];
    if (prefix in TABLES && count >= 1 && start + count <= 0x1_0000) {
      return [{ table: TABLES[prefix as keyof typeof TABLES], start, count }];
    }
    report.error([...path, index], `"${text}" is no range of addresses`, {
      hint: 'such as hr:0+8',
    });
    return [];
  });
}

/** Whoever may write and finds nothing to write has been promised something else. */
function checkWritable(
  path: Path,
  units: readonly ServedUnitConfig[],
  { report, missing }: ServerContext,
): void {
  const isWritten = ({ written, points }: ServedUnitConfig): boolean =>
    written.length > 0 || points.some(({ isWritable }) => isWritable === true);
  if (missing.length > 0 || units.some(isWritten)) return;
  const server = String(path[1]);
  const hint = `a device that clients write is at: server:${server}/1, and rw in map lets them write others`;
  report.error(path, `nothing of server "${server}" can be written`, { hint });
}

/** A device takes its time, and RTU cannot tell a late answer from the next one. */
function refuseGated(path: Path, units: readonly ServedUnitConfig[], report: Report): void {
  for (const { unit, points } of units) {
    for (const { id, isWritable } of points) {
      if (isWritable !== true) continue;
      const message = `"rw" of ${id} in unit ${unit}: writes to a device need Modbus TCP`;
      report.error(path, message, { onKey: true, hint: 'type: modbus-tcp, framing: mbap' });
    }
  }
}

function limitsOf(
  path: Path,
  { limits }: ModbusServerInput,
  report: Report,
): ModbusServerConfig['limits'] {
  const { idle, halfFrame, ...counts } = serverLimitsSchema.parse(limits ?? {});
  return {
    ...counts,
    idleMs: report.timeMs([...path, 'idle'], idle, 1_000) ?? 0,
    halfFrameMs: report.timeMs([...path, 'halfFrame'], halfFrame, 100) ?? 0,
  };
}

function tlsOf(
  path: Path,
  { tls, allow, framing }: ModbusServerInput,
  { report, folder }: ServerContext,
): TlsConfig | undefined {
  if (tls === undefined) return undefined;
  const tlsPath = [...path, 'tls'];
  if (framing === 'rtu') {
    const hint = 'leave framing out, or serve it elsewhere';
    report.error(tlsPath, 'RTU frames are not encrypted', { onKey: true, hint });
  }
  const listen = tlsListen([...tlsPath, 'listen'], tls.listen, allow, report);
  if (listen === undefined) return undefined;
  const { cert, key, ca } = tls;
  const file = (text: string): string => resolve(folder, text);
  return {
    ...{ cert: file(cert), key: file(key), listen },
    ...(ca !== undefined && { ca: file(ca) }),
  };
}

function tlsListen(
  path: Path,
  text: string,
  allow: ModbusServerInput['allow'],
  report: Report,
): Address | undefined {
  const listen = listenAddress(text);
  if (listen === undefined) {
    report.error(path, `listen is "${text}", expected host:port`);
  } else if (!isLoopbackHost(listen.host) && (allow ?? []).length === 0) {
    const hint = 'say who may ask, such as allow: [{ from: 192.168.1.10 }]';
    report.error(path, `${listen.host} is open to the network`, { hint });
  }
  return listen;
}

function logOf(
  path: Path,
  { log, allow = [] }: ModbusServerInput,
  units: readonly ServedUnitConfig[],
  report: Report,
): MeterLogConfig | undefined {
  if (log === undefined) return undefined;
  if (!units.some(({ written }) => written.length > 0)) {
    const hint = `it tells of a device that is at: server:${String(path[1])}`;
    report.error([...path, 'log'], 'no client writes anything that the log could tell of', {
      ...{ onKey: true, hint },
    });
  }
  const { format, interfaces, times } =
    typeof log === 'string' ? { format: log, interfaces: undefined, times: false } : log;
  const networks = allow.map((client) =>
    typeof client === 'string' ? client : (client.name ?? String(client.from)),
  );
  return { format, interfaces: interfaces ?? networks, times };
}
