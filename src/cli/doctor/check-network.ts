import { formatDuration } from '../../base/duration.ts';
import { parseEndpoint } from '../../transport/endpoint.ts';
import { shortUrl } from '../place.ts';
import { holderText, holdersOf, listeningInodes } from './processes.ts';
import type { Finding, Reach, SystemProbe } from './system-probe.ts';

/** A device, and where it is. */
export interface DeviceToAsk {
  readonly name: string;
  readonly endpoint: string;
  readonly unit: number;
  readonly timeoutMs: number;
}

/** Asks each device one cheap question. Devices of one endpoint follow each other, endpoints do not wait. */
export async function checkDevices(
  probe: SystemProbe,
  devices: readonly DeviceToAsk[],
): Promise<readonly Finding[]> {
  const endpoints = [...new Set(devices.map(({ endpoint }) => endpoint))];
  const findings = await Promise.all(
    endpoints.map(async (endpoint) => {
      const own = devices.filter((device) => device.endpoint === endpoint);
      return checkEndpoint(probe, endpoint, own);
    }),
  );
  return findings.flat();
}

async function checkEndpoint(
  probe: SystemProbe,
  url: string,
  devices: readonly DeviceToAsk[],
): Promise<readonly Finding[]> {
  const endpoint = parseEndpoint(url);
  const area = endpoint.kind === 'serial' ? 'serial' : 'network';
  const place = shortUrl(url);
  const findings: Finding[] = [];
  for (const { name, unit, timeoutMs } of devices) {
    const reach = await probe.ask(endpoint, unit, timeoutMs);
    // The others behind the same endpoint cannot be reached either.
    if (reach.kind === 'unreachable') return [...findings, unreachable(area, place, reach)];
    findings.push({ area, ...reached(`${place} ${name} (unit ${unit})`, reach, timeoutMs) });
  }
  return findings;
}

function unreachable(
  area: string,
  place: string,
  { reason, isRefused }: Extract<Reach, { kind: 'unreachable' }>,
): Finding {
  return {
    area,
    mark: 'failure',
    text: isRefused
      ? `${place} refused (device off, its one client slot is taken, or another port)`
      : `${place} cannot be reached: ${reason}`,
  };
}

function reached(
  who: string,
  reach: Exclude<Reach, { kind: 'unreachable' }>,
  timeoutMs: number,
): Omit<Finding, 'area'> {
  switch (reach.kind) {
    case 'answers': {
      const ms = reach.ms < 10 ? reach.ms.toFixed(1) : reach.ms.toFixed(0);
      if (reach.exception === 10 || reach.exception === 11) {
        const text = `${who}: the gateway answers exception ${reach.exception}, nobody on its line does`;
        return { mark: 'failure', text, fix: 'unit id, power and wiring behind the gateway' };
      }
      return { mark: 'ok', text: `${who} answers in ${ms} ms` };
    }
    case 'silent':
      return {
        mark: 'failure',
        text: `${who}: no answer within ${formatDuration(timeoutMs)}`,
        fix: 'unit id, speed and parity, A and B swapped, power; dinrail scan finds who is there',
      };
    case 'damaged':
      return {
        mark: 'failure',
        text: `${who}: the answer arrives damaged`,
        fix: 'termination, two devices with one id, speed and parity',
      };
  }
}

/** Something of ours that wants to listen. */
export interface Listener {
  /** In the words of the site file: `web`. */
  readonly what: string;
  readonly port: number;
}

/** Ports below this need a privilege, unless the kernel says otherwise. */
const PRIVILEGED_BELOW = 1024;

export async function checkPorts(
  probe: SystemProbe,
  listeners: readonly Listener[],
  ownPid?: number,
): Promise<readonly Finding[]> {
  const tables = [
    (await probe.readText('/proc/net/tcp')) ?? '',
    (await probe.readText('/proc/net/tcp6')) ?? '',
  ];
  const inodesOf = (port: number): readonly string[] =>
    tables.flatMap((table) => listeningInodes(table, port));
  const sockets = listeners.flatMap(({ port }) => inodesOf(port).map((one) => `socket:[${one}]`));
  const holders = await holdersOf(probe, new Set(sockets), ownPid);
  const findings: Finding[] = [];
  for (const { what, port } of listeners) {
    const inodes = inodesOf(port);
    if (inodes.length === 0) {
      findings.push(await checkPrivilege(probe, what, port));
      continue;
    }
    const holder = inodes.map((one) => holders.get(`socket:[${one}]`)).find((one) => one !== undefined); // prettier-ignore
    if (holder?.isOurs === true) {
      findings.push({ area: 'port', mark: 'ok', text: `${port} (${what}) is served by dinrail itself, pid ${holder.pid}` }); // prettier-ignore
      continue;
    }
    const who =
      holder === undefined ? "another user's program (root sees which)" : holderText(holder);
    findings.push({
      area: 'port',
      mark: 'failure',
      text: `${port} (${what}) is used by ${who}. Not killed`,
      fix: 'use another port or stop that program',
    });
  }
  return findings;
}

async function checkPrivilege(probe: SystemProbe, what: string, port: number): Promise<Finding> {
  const text = await probe.readText('/proc/sys/net/ipv4/ip_unprivileged_port_start');
  const first = text === undefined ? PRIVILEGED_BELOW : Number(text);
  const uid = Number(/^Uid:\s*\d+\s+(\d+)/m.exec((await probe.readText('/proc/self/status')) ?? '')?.[1] ?? 0); // prettier-ignore
  if (port === 0 || port >= first || uid === 0) {
    return { area: 'port', mark: 'ok', text: `${port} (${what}) is free` };
  }
  return {
    area: 'port',
    mark: 'failure',
    text: `${port} (${what}) is free, but ports below ${first} need a privilege`,
    fix: 'in a systemd service: AmbientCapabilities=CAP_NET_BIND_SERVICE; or use a higher port',
  };
}
