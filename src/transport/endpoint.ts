import { UsageError } from '../base/errors.ts';
import { readPortSettings } from '../base/serial-settings.ts';
import { formatSerial, serialDialer, type SerialSettings } from './serial.ts';
import { tcpDialer } from './tcp.ts';
import type { Dialer } from './transport.ts';

/** Where a line begins. `url` is its one spelling, with everything that was left out. */
export type Endpoint = NetworkEndpoint | SerialEndpoint;

export interface NetworkEndpoint {
  /** `tcp` speaks MBAP; `rtu+tcp` speaks RTU frames, as serial device servers do. */
  readonly kind: 'tcp' | 'rtu+tcp';
  readonly url: string;
  /** A name or an address; IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
}

export interface SerialEndpoint extends SerialSettings {
  readonly kind: 'serial';
  readonly url: string;
  readonly path: string;
}

const FORMS = 'tcp://host[:502], rtu+tcp://host:port or serial:/dev/ttyUSB0 9600 8N1';
const MODBUS_TCP_PORT = 502;
const DEFAULT_SETTINGS = '9600 8N1';

/** Reads an endpoint as a configuration writes it. Throws UsageError, saying what is expected. */
export function parseEndpoint(text: string): Endpoint {
  const [, scheme = '', rest = ''] = /^([a-z][a-z0-9+-]*):(.*)$/i.exec(text.trim()) ?? [];
  const kind = scheme.toLowerCase();
  if (kind === 'serial') return serialEndpoint(rest);
  if (kind === 'tcp' || kind === 'rtu+tcp') {
    if (!rest.startsWith('//')) {
      throw new UsageError(`"${text}": the host follows "//", as in ${kind}://192.168.1.50:502`);
    }
    return networkEndpoint(kind, rest.slice(2));
  }
  throw new UsageError(`"${text}" is no endpoint, expected ${FORMS}`);
}

/**
 * Reads an endpoint as a person types it: also a bare `host`, `host:port`, `[::1]:502` or `/dev/ttyUSB0`.
 * `settings`, such as `19200 8E1`, replace those of a serial port.
 */
export function parseTarget(text: string, settings?: string): Endpoint {
  const target = text.trim();
  const endpoint = parseLoosely(target);
  if (settings === undefined) return endpoint;
  if (endpoint.kind !== 'serial') {
    throw new UsageError(`${endpoint.url} is no serial port, "${settings}" means nothing to it`);
  }
  return serialEndpoint(`${endpoint.path} ${settings}`);
}

function parseLoosely(target: string): Endpoint {
  if (/^(?:serial:|tcp:|rtu\+tcp:)/i.test(target) || target.includes('://')) {
    return parseEndpoint(target);
  }
  if (/^\/|^com\d/i.test(target)) return serialEndpoint(target);
  return networkEndpoint('tcp', target);
}

export function dialerFor(endpoint: Endpoint): Dialer {
  if (endpoint.kind === 'serial') return serialDialer(endpoint.path, endpoint);
  return tcpDialer(endpoint.host, endpoint.port, endpoint.kind);
}

const HOST = /^[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?\.?$/i;
const IPV6 = /^[0-9a-f:.]+(?:%\w+)?$/i;

function networkEndpoint(kind: NetworkEndpoint['kind'], text: string): NetworkEndpoint {
  const [, v6, name, portText] =
    /^(?:\[([^\]]*)\]|([^:]*))(?::([^:]*))?$/.exec(text) ??
    fail(`"${text}" is no host; an IPv6 address stands in brackets: [::1]:502`);
  const host = (v6 ?? name ?? '').toLowerCase();
  if (host === '') fail(`"${text}": the host is missing, expected ${FORMS}`);
  if (!(v6 === undefined ? HOST : IPV6).test(host)) {
    fail(`"${host}" is no host, expected a name or an address such as 192.168.1.50`);
  }
  if (portText === undefined && kind === 'rtu+tcp') {
    fail(`"${text}": the port is missing, as in rtu+tcp://${text}:8899`);
  }
  const port = portNumber(portText ?? String(MODBUS_TCP_PORT));
  const place = v6 === undefined ? host : `[${host}]`;
  return { kind, url: `${kind}://${place}:${port}`, host, port };
}

function portNumber(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port >= 1 && port <= 65_535) return port;
  return fail(`"${text}" is no port, expected 1..65535`);
}

function serialEndpoint(text: string): SerialEndpoint {
  const [, path = '', written = DEFAULT_SETTINGS] = /^(\S*)(?:\s+(.*))?$/.exec(text.trim()) ?? [];
  if (!path.startsWith('/') && !/^com\d+$/i.test(path)) {
    fail(`"${path}" is no serial port, expected one such as serial:/dev/ttyUSB0 9600 8N1`);
  }
  const settings = readPortSettings(written);
  if (typeof settings === 'string') fail(settings);
  const clean = path.replaceAll(/\/{2,}/g, '/');
  return {
    kind: 'serial',
    url: `serial:${clean} ${formatSerial(settings)}`,
    path: clean,
    ...settings,
  };
}

function fail(message: string): never {
  throw new UsageError(message);
}
