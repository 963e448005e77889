import { SLCAN_BITRATES } from './source/slcan.ts';
import { SOCKETCAND_PORT } from './source/socketcand.ts';

/** Where frames come from. */
export type CanEndpoint = {
  /** In one spelling, with what was left out. */
  readonly text: string;
  /** What only one line can use. */
  readonly resource: string;
  /** Of the bus, in bits per second; the load of the bus is known with it only. */
  readonly bitrate?: number;
  /** Of the data of FD frames. */
  readonly dataBitrate?: number;
} & (
  | { readonly kind: 'can'; readonly bus: string }
  | {
      readonly kind: 'socketcand';
      readonly host: string;
      readonly port: number;
      readonly bus: string;
    }
  | { readonly kind: 'slcan'; readonly path: string; readonly baud: number }
  | {
      readonly kind: 'candump';
      readonly path: string;
      /** How much faster than it was recorded. */
      readonly speed: number;
      readonly isLooped: boolean;
    }
);

export interface CanEndpointProblem {
  readonly message: string;
  readonly span?: readonly [start: number, end: number];
  readonly hint?: string;
}

export const CAN_SCHEMES = ['can', 'socketcand', 'slcan', 'candump'] as const;

export const CAN_FORMS =
  'can://can0?bitrate=250000, socketcand://host:29536/can0, slcan:/dev/ttyACM0 250000, candump:file.log?loop=yes';

type Answer = CanEndpoint | CanEndpointProblem;

const MAX_BITRATE = 20_000_000;
/** Interfaces of Linux: 15 characters. It becomes an argument of other programs. */
const BUS = /^[a-zA-Z][a-zA-Z0-9_.-]{0,14}$/;
const HOST = /^(?:[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?|\[[0-9a-f:.]+(?:%\w+)?\])$/i;
const MAX_SPEED = 1_000_000;
const SLCAN_BAUD = 115_200;

/** Checks an endpoint of a CAN bus without opening it; undefined where the text is none. */
export function readCanEndpoint(text: string): Answer | undefined {
  const [, scheme = '', rest = ''] = /^([a-z]+):(.*)$/i.exec(text.trim()) ?? [];
  switch (scheme.toLowerCase()) {
    case 'can':
      return readBus(text, rest);
    case 'socketcand':
      return readServer(text, rest);
    case 'slcan':
      return readAdapter(text, rest);
    case 'candump':
      return readLog(text, rest);
    default:
      return undefined;
  }
}

export function isCanProblem(answer: Answer): answer is CanEndpointProblem {
  return 'message' in answer;
}

function readBus(text: string, rest: string): Answer {
  const { place, options, problem } = readOptions(text, rest, ['bitrate', 'dbitrate']);
  if (problem !== undefined) return problem;
  const bus = place.replace(/^\/\//, '');
  if (!BUS.test(bus)) {
    return { message: `"${text}": "${bus}" is no CAN interface`, hint: 'such as can://can0' };
  }
  const rates = readRates(text, options);
  if ('message' in rates) return rates;
  return { kind: 'can', bus, ...rates, text: `can://${bus}${tail(rates)}`, resource: `can:${bus}` };
}

function readServer(text: string, rest: string): Answer {
  const { place, options, problem } = readOptions(text, rest, ['bitrate', 'dbitrate']);
  if (problem !== undefined) return problem;
  const [, host = '', portText, bus = 'can0'] =
    /^\/\/(\[[^\]]*\]|[^:/]*)(?::([^/]*))?(?:\/(.*))?$/.exec(place) ?? [];
  if (!HOST.test(host)) {
    const message = `"${text}": "${host}" is no host`;
    return { message, hint: 'such as socketcand://192.168.1.20:29536/can0' };
  }
  const port = portNumber(portText);
  if (port === undefined) {
    return { message: `"${text}": "${portText ?? ''}" is no port, expected 1..65535` };
  }
  if (!BUS.test(bus)) return { message: `"${text}": "${bus}" is no CAN interface` };
  const rates = readRates(text, options);
  if ('message' in rates) return rates;
  const at = `socketcand://${host.toLowerCase()}:${port}/${bus}`;
  return {
    ...{ kind: 'socketcand', port, bus, ...rates },
    host: host.replaceAll(/^\[|\]$/g, '').toLowerCase(),
    ...{ text: `${at}${tail(rates)}`, resource: at },
  };
}

function portNumber(text = String(SOCKETCAND_PORT)): number | undefined {
  const port = Number(text);
  return /^\d{1,5}$/.test(text) && port >= 1 && port <= 65_535 ? port : undefined;
}

function readAdapter(text: string, rest: string): Answer {
  const [path = '', rate, baudText = String(SLCAN_BAUD), ...more] = rest.trim().split(/\s+/);
  if (!path.startsWith('/') && !/^com\d+$/i.test(path)) {
    const message = `"${text}": "${path}" is no serial port`;
    return { message, hint: 'such as slcan:/dev/ttyACM0 250000' };
  }
  const bitrate = Number(rate);
  if (!(SLCAN_BITRATES as readonly number[]).includes(bitrate)) {
    const message = `"${text}": ${rate === undefined ? 'the bit rate is missing' : `"${rate}" is no bit rate of these adapters`}`;
    return { message, hint: `expected one of ${SLCAN_BITRATES.join(' ')}` };
  }
  const baud = Number(baudText);
  if (!Number.isInteger(baud) || baud < 1200 || baud > 4_000_000 || more.length > 0) {
    const message = `"${text}": "${[baudText, ...more].join(' ')}" is no speed of a serial port`;
    return { message, hint: `the bit rate of the bus, then the speed of the port: 250000 115200` };
  }
  const suffix = baud === SLCAN_BAUD ? '' : ` ${baud}`;
  return {
    ...{ kind: 'slcan', path, baud, bitrate },
    ...{ text: `slcan:${path} ${bitrate}${suffix}`, resource: path },
  };
}

function readLog(text: string, rest: string): Answer {
  const names = ['speed', 'loop', 'bitrate', 'dbitrate'];
  const { place, options, problem } = readOptions(text, rest, names);
  if (problem !== undefined) return problem;
  if (place === '') return { message: `"${text}": the file is missing`, hint: 'candump:file.log' };
  const speed = Number(options.get('speed') ?? 1);
  if (!(speed > 0 && speed <= MAX_SPEED)) {
    return {
      message: `"${text}": speed is "${options.get('speed') ?? ''}", expected a number above 0`,
      hint: '1 as it was recorded, 10 ten times as fast',
    };
  }
  const loop = options.get('loop') ?? 'no';
  if (loop !== 'yes' && loop !== 'no') {
    return { message: `"${text}": loop is "${loop}", expected yes or no` };
  }
  const rates = readRates(text, options);
  if ('message' in rates) return rates;
  return logEndpoint({ path: place, speed, isLooped: loop === 'yes', ...rates });
}

/** A log, as `readCanEndpoint` gives one. */
export function logEndpoint(
  log: Rates & { readonly path: string; readonly speed: number; readonly isLooped: boolean },
): CanEndpoint {
  const { path, speed, isLooped } = log;
  const own = [
    ...(speed === 1 ? [] : [`speed=${speed}`]),
    ...(isLooped ? ['loop=yes'] : []),
    ...rateOptions(log),
  ];
  const text = `candump:${path}${own.length === 0 ? '' : `?${own.join('&')}`}`;
  return { ...log, kind: 'candump', text, resource: text };
}

interface Options {
  readonly place: string;
  readonly options: ReadonlyMap<string, string>;
  readonly problem?: CanEndpointProblem;
}

function readOptions(text: string, rest: string, names: readonly string[]): Options {
  const [place = '', query = ''] = rest.split('?', 2);
  const options = new Map<string, string>();
  for (const part of query === '' ? [] : query.split('&')) {
    const [name = '', value = ''] = part.split('=', 2);
    if (!names.includes(name)) {
      const message = `"${text}": there is no option "${name}"`;
      const problem = { message, hint: `known: ${names.join(' ')}` };
      return { place, options, problem };
    }
    options.set(name, value);
  }
  return { place: place.trim(), options };
}

type Rates = Pick<CanEndpoint, 'bitrate' | 'dataBitrate'>;

function readRates(text: string, options: ReadonlyMap<string, string>): Rates | CanEndpointProblem {
  for (const name of ['bitrate', 'dbitrate']) {
    const written = options.get(name);
    const rate = Number(written);
    const isRate = Number.isInteger(rate) && rate >= 1_000 && rate <= MAX_BITRATE;
    if (written === undefined || isRate) continue;
    const message = `"${text}": ${name} is "${written}", expected bits per second such as 250000`;
    return { message };
  }
  const [bitrate, dataBitrate] = [options.get('bitrate'), options.get('dbitrate')];
  return {
    ...(bitrate !== undefined && { bitrate: Number(bitrate) }),
    ...(dataBitrate !== undefined && { dataBitrate: Number(dataBitrate) }),
  };
}

function rateOptions({ bitrate, dataBitrate }: Rates): string[] {
  return [
    ...(bitrate === undefined ? [] : [`bitrate=${bitrate}`]),
    ...(dataBitrate === undefined ? [] : [`dbitrate=${dataBitrate}`]),
  ];
}

function tail(rates: Rates): string {
  const options = rateOptions(rates);
  return options.length === 0 ? '' : `?${options.join('&')}`;
}

/** Virtual interfaces are called so by custom; they have no bit rate, and are not there until somebody adds them. */
const VIRTUAL = /^vcan\d*$/;

/**
 * What brings an interface up. It needs root, and so is for a person, or for the system at its start:
 * dinrail runs without.
 */
export function bringUpCommand({
  bus,
  bitrate,
  dataBitrate,
}: Rates & { readonly bus: string }): string {
  if (VIRTUAL.test(bus)) {
    return `sudo ip link add dev ${bus} type vcan; sudo ip link set ${bus} up`;
  }
  const fd = dataBitrate === undefined ? '' : ` dbitrate ${dataBitrate} fd on`;
  return `sudo ip link set ${bus} up txqueuelen 1000 type can bitrate ${bitrate ?? 250_000}${fd}`;
}
