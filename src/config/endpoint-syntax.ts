import { readPortSettings } from '../base/serial-settings.ts';
import { readCanEndpoint, type CanEndpoint } from '../can/can-endpoint.ts';

/** What an endpoint says, as far as a configuration has to understand it. */
export interface EndpointSyntax {
  readonly kind: 'tcp' | 'rtu+tcp' | 'serial' | 'can' | 'host';
  /** In one spelling, with the port and the settings that were left out. */
  readonly text: string;
  /** What only one line can use: `host:port`, or the path of the serial port. */
  readonly resource: string;
  /** Of `can`: what it says. */
  readonly can?: CanEndpoint;
}

export interface EndpointProblem {
  readonly message: string;
  /** Characters of the text that are wrong. */
  readonly span?: readonly [start: number, end: number];
  readonly hint?: string;
}

export const ENDPOINT_FORMS =
  'tcp://host[:502], rtu+tcp://host:port, serial:/dev/ttyUSB0 9600 8N1, can://can0';

/** The computer itself, as a device. */
const HOST = 'host:';

const MODBUS_TCP_PORT = 502;
const DEFAULT_SETTINGS = '9600 8N1';

/** Forms that are planned. */
const LATER = new Set(['tls', 'udp', 'rtu+udp', 'sim', 'ascii+tcp']);

/** What other tools call these forms. */
const SYNONYMS: Readonly<Record<string, string>> = {
  modbus: 'tcp',
  'modbus-tcp': 'tcp',
  modbustcp: 'tcp',
  'mbap+tcp': 'tcp',
  http: 'tcp',
  rtuovertcp: 'rtu+tcp',
  'rtu-tcp': 'rtu+tcp',
  'tcp+rtu': 'rtu+tcp',
  rtutcp: 'rtu+tcp',
  rtu: 'serial',
  tty: 'serial',
  file: 'serial',
};

/** Checks an endpoint without opening it. */
export function readEndpoint(text: string): EndpointSyntax | EndpointProblem {
  const [, scheme = '', rest = ''] = /^([a-z][a-z0-9+-]*):(.*)$/i.exec(text) ?? [];
  const lower = scheme.toLowerCase();
  if (lower === 'serial') return readSerial(text, rest);
  if (lower === 'tcp' || lower === 'rtu+tcp') return readNetwork(text, lower, rest);
  if (lower === 'host') return { kind: 'host', text: HOST, resource: HOST };
  const can = readCanEndpoint(text);
  if (can !== undefined) {
    if ('message' in can) return can;
    return { kind: 'can', text: can.text, resource: can.resource, can };
  }
  if (LATER.has(lower)) {
    return { message: `${lower}: is not in this version`, span: [0, scheme.length] };
  }
  if (lower === 'server') {
    const hint = 'write it as `at` of the device';
    return { message: `${text} is no line: clients write its values to a server of ours`, hint };
  }
  const hint = suggestion(text, lower, rest);
  return { message: `"${text}" is no endpoint, expected ${ENDPOINT_FORMS}`, ...hint };
}

export function isProblem(endpoint: EndpointSyntax | EndpointProblem): endpoint is EndpointProblem {
  return 'message' in endpoint;
}

function suggestion(text: string, scheme: string, rest: string): { hint?: string } {
  const meant = SYNONYMS[scheme];
  if (meant !== undefined) {
    const place = rest.replace(/^\/\//, meant === 'serial' ? '/' : '').replace(/^\/+/, '/');
    return { hint: `did you mean ${meant}:${meant === 'serial' ? place : `//${place}`}?` };
  }
  if (/^\/dev\/|^com\d/i.test(text)) return { hint: `did you mean serial:${text}?` };
  if (/^[\w.-]+(?::\d+)?$/.test(text)) return { hint: `did you mean tcp://${text}?` };
  return {};
}

const HOST_NAME = /^(?:[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?\.?|\[[0-9a-f:.]+(?:%\w+)?\])$/i;

function readNetwork(
  text: string,
  kind: 'tcp' | 'rtu+tcp',
  rest: string,
): EndpointSyntax | EndpointProblem {
  const start = text.length - rest.length;
  if (!rest.startsWith('//')) {
    return {
      message: `"${text}": the host follows "//"`,
      hint: `write ${kind}://${rest.replace(/^\/+/, '')}`,
    };
  }
  const [, host = '', port] = /^(\[[^\]]*\]|[^:]*)(?::(.*))?$/.exec(rest.slice(2)) ?? [];
  const hostSpan = [start + 2, text.length - (port === undefined ? 0 : port.length + 1)] as const;
  if (host === '') return { message: `"${text}": the host is missing`, span: [0, text.length] };
  if (!HOST_NAME.test(host)) {
    const hint = hostHint(host);
    return { message: `"${text}": "${host}" is no host`, span: hostSpan, ...hint };
  }
  if (port === undefined && kind === 'rtu+tcp') {
    return { message: `"${text}": the port is missing`, hint: 'such as rtu+tcp://host:8899' };
  }
  if (port !== undefined && !isPort(port)) {
    const span = [text.length - port.length, text.length] as const;
    return { message: `"${text}": "${port}" is no port, expected 1..65535`, span };
  }
  const place = `${host.toLowerCase()}:${Number(port ?? MODBUS_TCP_PORT)}`;
  return { kind, text: `${kind}://${place}`, resource: place };
}

function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535;
}

function hostHint(host: string): { hint?: string } {
  if (host.includes('/')) return { hint: `a host has no path: ${host.split('/')[0] ?? ''}` };
  if (host.includes('@')) return { hint: 'Modbus has no user and no password' };
  return host.includes(' ') ? { hint: 'a host has no spaces' } : {};
}

function readSerial(text: string, rest: string): EndpointSyntax | EndpointProblem {
  const [, path = '', written = DEFAULT_SETTINGS] = /^(\S*)(?:\s+(.*))?$/.exec(rest.trim()) ?? [];
  if (!path.startsWith('/') && !/^com\d+$/i.test(path)) {
    const message = `"${text}": "${path}" is no serial port`;
    return { message, hint: 'such as serial:/dev/ttyUSB0 9600 8N1' };
  }
  const settings = readPortSettings(written);
  if (typeof settings === 'string') {
    const start = text.length - written.length;
    return {
      message: `"${text}": ${settings}`,
      span: [start, text.length],
      hint: 'such as 9600 8N1 or 19200 8E1',
    };
  }
  const clean = path.replaceAll(/\/{2,}/g, '/');
  const { baud, parity, stopBits } = settings;
  const frame = `8${parity.charAt(0).toUpperCase()}${stopBits}`;
  return { kind: 'serial', text: `serial:${clean} ${baud} ${frame}`, resource: clean };
}
