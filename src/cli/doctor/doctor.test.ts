import { describe, expect, test } from 'vitest';
import type { SiteConfig } from '../../config/site-config.ts';
import { examine, findingLines } from '../doctor.ts';
import { listeningInodes } from './processes.ts';
import { serialPorts } from './serial-ports.ts';
import type { Finding, Owner, Reach, SystemProbe } from './system-probe.ts';

/** A computer out of tables. */
interface Computer {
  files?: Record<string, string>;
  folders?: Record<string, string[]>;
  links?: Record<string, string>;
  owners?: Record<string, Owner>;
  /** What this user may not use. */
  forbidden?: string[];
  free?: number;
  said?: string;
  packages?: string[];
  node?: string;
  reach?: Record<string, Reach>;
  holder?: string;
}

function computer(of: Computer = {}): SystemProbe & { asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    nodeVersion: of.node ?? '24.1.0',
    readText: async (path) => of.files?.[path],
    list: async (folder) => of.folders?.[folder] ?? [],
    realPath: async (path) => of.links?.[path],
    linkText: async (path) => of.links?.[path],
    owner: async (path) => of.owners?.[path],
    mayUse: async (path) => !(of.forbidden ?? []).includes(path),
    freeBytes: async () => of.free,
    dataHolder: async () => of.holder,
    run: async () => of.said,
    hasPackage: async (name) => (of.packages ?? ['serialport']).includes(name),
    async ask({ url }, unit) {
      asked.push(`${url}#${unit}`);
      return of.reach?.[`${url}#${unit}`] ?? { kind: 'answers', ms: 12 };
    },
  };
}

function site(over: {
  lines?: Record<string, string>;
  devices?: readonly (readonly [line: string, unit: number])[];
  listen?: number;
  data?: string;
  sink?: string;
}): SiteConfig {
  const { lines = {}, devices = [] } = over;
  return {
    ...{ file: 'gateway.yaml', name: 'plant' },
    ...(over.data !== undefined && { data: over.data }),
    web: over.listen === undefined ? {} : { listen: { host: '127.0.0.1', port: over.listen } },
    lines: Object.entries(lines).map(([name, endpoint]) => ({
      ...{ name, endpoint, kind: endpoint.startsWith('serial') ? 'serial' : 'tcp' },
      ...{ pauseMs: 0, inFlight: 1 },
    })),
    devices: devices.map(([line, unit], index) => ({
      ...{ name: `d${index}`, line, unit, timeoutMs: 1000 },
    })),
    servers: [],
    sinks: over.sink === undefined ? [] : [{ name: 'log', type: 'jsonl', path: over.sink }],
  } as unknown as SiteConfig;
}

async function found(
  probe: SystemProbe,
  of: SiteConfig | undefined,
  area: string,
): Promise<readonly Finding[]> {
  const findings = await examine(probe, of, { isOffline: false });
  return findings.filter((finding) => finding.area === area);
}

const USB0 = { lines: { bus: 'serial:/dev/ttyUSB0 9600 8N1' } };
const PLUGGED = { '/dev/ttyUSB0': '/dev/ttyUSB0' };

describe('serial', () => {
  test('a port that may not be opened comes with the line that changes it', async () => {
    const probe = computer({
      links: PLUGGED,
      forbidden: ['/dev/ttyUSB0'],
      owners: { '/dev/ttyUSB0': { uid: 0, gid: 20, mode: 0o660 } },
      files: {
        '/etc/passwd': 'root:x:0:0::/root:/bin/sh\npi:x:1000:1000::/home/pi:/bin/sh\n',
        '/etc/group': 'root:x:0:\ndialout:x:20:\nsudo:x:27:pi\npi:x:1000:\n',
        '/proc/self/status': 'Name:\tnode\nUid:\t1000\t1000\t1000\t1000\nGid:\t1000\t1000\t1000\t1000\nGroups:\t27 1000 \n', // prettier-ignore
      },
    });
    expect(await found(probe, site(USB0), 'serial')).toEqual([
      {
        ...{ area: 'serial', mark: 'failure' },
        text: '/dev/ttyUSB0: no permission (owner root, group dialout; you are in: pi, sudo)',
        fix: 'sudo usermod -aG dialout pi   then sign in again',
      },
    ]);
  });

  test('who was just added to the group is told to sign in again', async () => {
    const probe = computer({
      links: PLUGGED,
      forbidden: ['/dev/ttyUSB0'],
      owners: { '/dev/ttyUSB0': { uid: 0, gid: 20, mode: 0o660 } },
      files: {
        '/etc/passwd': 'pi:x:1000:1000::/home/pi:/bin/sh\n',
        '/etc/group': 'dialout:x:20:pi\n',
        '/proc/self/status': 'Uid:\t1000\t1000\nGid:\t1000\t1000\nGroups:\t1000\n',
      },
    });
    const [finding] = await found(probe, site(USB0), 'serial');
    expect(finding?.fix).toMatch(/sign out and in again/);
  });

  test('a port that is not there: what is there instead is named', async () => {
    const probe = computer({
      folders: { '/dev/serial/by-id': ['usb-FTDI-port0'] },
      links: { '/dev/serial/by-id/usb-FTDI-port0': '/dev/ttyUSB1' },
    });
    const [finding] = await found(probe, site(USB0), 'serial');
    expect(finding).toMatchObject({ mark: 'failure', fix: 'there is: /dev/serial/by-id/usb-FTDI-port0' }); // prettier-ignore
  });

  const held = (commandLine: string): Computer => ({
    links: { ...PLUGGED, '/proc/812/fd/3': '/dev/ttyUSB0', '/proc/812/fd/4': 'socket:[1]' },
    folders: { '/proc': ['1', '812', 'self'], '/proc/812/fd': ['3', '4'] },
    files: { '/proc/812/comm': 'mbusd\n', '/proc/812/cmdline': commandLine },
  });

  test('a port that another program holds is said to be its, and is not asked', async () => {
    const probe = computer(held('/usr/bin/mbusd\0-d'));
    const [finding] = await found(probe, site({ ...USB0, devices: [['bus', 1]] }), 'serial');
    expect(finding).toMatchObject({ mark: 'failure', text: expect.stringMatching(/pid 812 \(mbusd\)\. Not killed/) as string }); // prettier-ignore
    expect(probe.asked).toEqual([]);
  });

  test('a port that dinrail holds is well, and its line is not disturbed', async () => {
    const probe = computer(held('node\0/opt/dinrail/dist/cli/main.js\0run'));
    const findings = await found(probe, site({ ...USB0, devices: [['bus', 1]] }), 'serial');
    expect(findings).toMatchObject([{ mark: 'ok', text: expect.stringMatching(/dinrail itself/) as string }]); // prettier-ignore
    expect(probe.asked).toEqual([]);
  });

  test('a name that may change is told the one that stays', async () => {
    const probe = computer({
      folders: { '/dev/serial/by-id': ['usb-FTDI_A1-port0'] },
      links: { ...PLUGGED, '/dev/serial/by-id/usb-FTDI_A1-port0': '/dev/ttyUSB0' },
    });
    expect(await found(probe, site(USB0), 'serial')).toContainEqual({
      ...{ area: 'serial', mark: 'warning' },
      text: 'you use /dev/ttyUSB0; the stable name is /dev/serial/by-id/usb-FTDI_A1-port0',
    });
  });

  const twins: Computer = {
    folders: {
      '/sys/class/tty': ['console', 'ttyS0', 'ttyS1', 'ttyUSB0', 'ttyUSB1'],
      '/dev/serial/by-id': ['usb-1a86_USB_Serial-port0'],
      '/dev/serial/by-path': ['usb-0:1.1', 'usb-0:1.2'],
    },
    links: {
      ...PLUGGED,
      '/sys/class/tty/ttyS0/device': '/sys/devices/pnp0/00:01',
      '/sys/class/tty/ttyS1/device': '/sys/devices/platform/serial8250',
      '/sys/class/tty/ttyUSB0/device': '/sys/devices/usb1/1-1/1-1.1/1-1.1:1.0/ttyUSB0',
      '/sys/class/tty/ttyUSB1/device': '/sys/devices/usb1/1-1/1-1.2/1-1.2:1.0/ttyUSB1',
      '/dev/serial/by-id/usb-1a86_USB_Serial-port0': '/dev/ttyUSB1',
      '/dev/serial/by-path/usb-0:1.1': '/dev/ttyUSB0',
      '/dev/serial/by-path/usb-0:1.2': '/dev/ttyUSB1',
    },
    files: {
      '/sys/class/tty/ttyS0/type': '4\n',
      '/sys/class/tty/ttyS1/type': '0\n',
      '/sys/devices/usb1/1-1/1-1.1/idVendor': '1a86\n',
      '/sys/devices/usb1/1-1/1-1.1/idProduct': '7523\n',
      '/sys/devices/usb1/1-1/1-1.1/product': 'USB Serial\n',
      '/sys/devices/usb1/1-1/1-1.2/idVendor': '1a86\n',
      '/sys/devices/usb1/1-1/1-1.2/idProduct': '7523\n',
    },
  };

  test('ports are found without any program, and those without a chip are none', async () => {
    expect(await serialPorts(computer(twins))).toEqual([
      { path: '/dev/ttyS0' },
      { path: '/dev/ttyUSB0', usbId: '1a86:7523', product: 'USB Serial', byPath: '/dev/serial/by-path/usb-0:1.1' }, // prettier-ignore
      { path: '/dev/ttyUSB1', usbId: '1a86:7523', byId: '/dev/serial/by-id/usb-1a86_USB_Serial-port0', byPath: '/dev/serial/by-path/usb-0:1.2' }, // prettier-ignore
    ]);
  });

  test('two adapters that nothing tells apart are named by their sockets', async () => {
    expect((await found(computer(twins), site(USB0), 'serial')).map(({ text }) => text)).toEqual([
      '/dev/ttyUSB0 can be opened',
      'you use /dev/ttyUSB0; the stable name is /dev/serial/by-path/usb-0:1.1',
      'two adapters without serial number (1a86:7523): by-id is the same for all, use by-path',
    ]);
  });

  test('without a site every port of the computer is looked at', async () => {
    expect(await found(computer(), undefined, 'serial')).toMatchObject([{ mark: 'ok' }]);
    expect(await found(computer(twins), undefined, 'serial')).toHaveLength(4);
  });
});

describe('network', () => {
  const url = 'tcp://192.168.1.50:502';
  test.each<[string, Reach, Finding['mark'], RegExp]>([
    ['answers', { kind: 'answers', ms: 12.4 }, 'ok', /^192\.168\.1\.50:502 d0 \(unit 3\) answers in 12 ms$/], // prettier-ignore
    ['answers with an exception', { kind: 'answers', ms: 1.23, exception: 2 }, 'ok', /in 1\.2 ms/],
    ['is silent behind its gateway', { kind: 'answers', ms: 900, exception: 11 }, 'failure', /nobody on its line/], // prettier-ignore
    ['is silent', { kind: 'silent' }, 'failure', /no answer within 1s/],
    ['is not heard well', { kind: 'damaged' }, 'failure', /damaged/],
    ['refuses', { kind: 'unreachable', reason: 'x', isRefused: true }, 'failure', /refused \(device off/], // prettier-ignore
    ['is not there', { kind: 'unreachable', reason: 'no route leads there', isRefused: false }, 'failure', /cannot be reached: no route/], // prettier-ignore
  ])('a device that %s', async (_, reach, mark, text) => {
    const probe = computer({ reach: { [`${url}#3`]: reach } });
    const [finding] = await found(probe, site({ lines: { a: url }, devices: [['a', 3]] }), 'network'); // prettier-ignore
    expect(finding).toMatchObject({ mark, text: expect.stringMatching(text) as string });
  });

  test('an endpoint that cannot be reached is tried once for all its devices', async () => {
    const probe = computer({ reach: { [`${url}#1`]: { kind: 'unreachable', reason: 'x', isRefused: true } } }); // prettier-ignore
    const plant = site({ lines: { a: url, b: 'tcp://h:502' }, devices: [['a', 1], ['a', 2], ['b', 1]] }); // prettier-ignore
    expect(await found(probe, plant, 'network')).toHaveLength(2);
    expect(probe.asked.sort()).toEqual([`${url}#1`, 'tcp://h:502#1'].sort());
  });

  test('is left alone offline', async () => {
    const probe = computer();
    await examine(probe, site({ lines: { a: url }, devices: [['a', 1]] }), { isOffline: true });
    expect(probe.asked).toEqual([]);
  });
});

const TCP_TABLE = [
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
  '   0: 0100007F:2136 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1',
  '   1: 0100007F:2136 0100007F:D431 01 00000000:00000000 00:00000000 00000000     0        0 4712 1',
  '   2: 00000000:01F6 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4713 1',
].join('\n');

describe('ports of our own', () => {
  test('are looked up among those that listen', () => {
    expect(listeningInodes(TCP_TABLE, 8502)).toEqual(['4711']);
    expect(listeningInodes(TCP_TABLE, 502)).toEqual(['4713']);
    expect(listeningInodes(TCP_TABLE, 8503)).toEqual([]);
  });

  test('that another program has: which one', async () => {
    const taken: Computer = {
      folders: { '/proc': ['77'], '/proc/77/fd': ['5'] },
      links: { '/proc/77/fd/5': 'socket:[4711]' },
      files: { '/proc/net/tcp': TCP_TABLE, '/proc/77/comm': 'nginx\n' },
    };
    expect(await found(computer(taken), site({ listen: 8502 }), 'port')).toMatchObject([
      { mark: 'failure', text: '8502 (web) is used by pid 77 (nginx). Not killed' },
    ]);
    const unseen = computer({ files: { '/proc/net/tcp': TCP_TABLE } });
    expect(await found(unseen, site({ listen: 8502 }), 'port')).toMatchObject([
      { mark: 'failure', text: expect.stringMatching(/another user's program/) as string },
    ]);
  });

  test('that need a privilege we do not have', async () => {
    const files = { '/proc/self/status': 'Uid:\t1000\t1000\n' };
    const [finding] = await found(computer({ files }), site({ listen: 80 }), 'port');
    expect(finding).toMatchObject({ mark: 'failure', text: expect.stringMatching(/below 1024/) as string }); // prettier-ignore
    const open = { ...files, '/proc/sys/net/ipv4/ip_unprivileged_port_start': '80\n' };
    expect(await found(computer({ files: open }), site({ listen: 80 }), 'port')).toMatchObject([
      { mark: 'ok', text: '80 (web) is free' },
    ]);
  });
});

describe('the computer', () => {
  const here = { uid: 0, gid: 0, mode: 0o755 };
  test.each<[string, Computer, Finding['mark'], RegExp]>([
    ['says yes', { said: 'yes\n' }, 'ok', /synchronised/],
    ['says no', { said: 'no\n' }, 'warning', /not synchronised/],
    ['has no timedatectl, but the file of timesyncd', { owners: { '/run/systemd/timesync/synchronized': here } }, 'ok', /synchronised/], // prettier-ignore
    ['says nothing', {}, 'warning', /nobody here says/],
  ])('%s about its clock', async (_, of, mark, text) => {
    const [finding] = await found(computer(of), undefined, 'time');
    expect(finding).toMatchObject({ mark, text: expect.stringMatching(text) as string });
  });

  test.each<[string, Computer, Finding['mark'], RegExp]>([
    ['much room', { free: 21e9 }, 'ok', /^\/data\/plant 21 GB free$/],
    ['little room', { free: 5e8 }, 'warning', /500 MB free/],
    ['a gateway', { free: 21e9, holder: 'process 812 on pi4' }, 'ok', /21 GB free. A gateway runs on it: process 812 on pi4$/], // prettier-ignore
    ['no room', { free: 1e6 }, 'failure', /1 MB free/],
    ['no permission', { free: 21e9, forbidden: ['/data'] }, 'failure', /no permission to write into \/data/], // prettier-ignore
  ])('with %s for data', async (_, of, mark, text) => {
    const probe = computer({ ...of, owners: { '/data': here } });
    const [finding] = await found(probe, site({ data: '/data/plant' }), 'disk');
    expect(finding).toMatchObject({ mark, text: expect.stringMatching(text) as string });
  });

  test('a file sink needs its folder', async () => {
    const plant = site({ sink: '/var/log/plant/x.jsonl' });
    expect(await found(computer(), plant, 'sinks')).toMatchObject([{ mark: 'failure', fix: 'mkdir -p /var/log/plant' }]); // prettier-ignore
    const probe = computer({ owners: { '/var/log/plant': here } });
    expect(await found(probe, plant, 'sinks')).toMatchObject([{ mark: 'ok' }]);
  });

  test.each([
    ['20.20.2', 'failure'],
    ['22.17.9', 'failure'],
    ['22.18.0', 'ok'],
    ['24.0.0', 'ok'],
  ])('with Node %s: %s', async (node, mark) => {
    expect((await found(computer({ node }), undefined, 'node'))[0]).toMatchObject({ mark });
  });

  test('misses the serial driver only where a line needs it', async () => {
    const probe = computer({ packages: [], links: PLUGGED });
    expect((await found(probe, site({}), 'node'))[1]).toMatchObject({ mark: 'warning' });
    expect((await found(probe, site(USB0), 'node'))[1]).toMatchObject({
      ...{ mark: 'failure', fix: 'npm install serialport' },
    });
  });
});

test('findings are printed by area, with what to do, and counted', () => {
  const lines = findingLines([
    { area: 'serial', mark: 'failure', text: 'no permission', fix: 'ask root' },
    { area: 'serial', mark: 'warning', text: 'unstable name' },
    { area: 'disk', mark: 'ok', text: 'room' },
  ]);
  expect(lines).toEqual([
    'serial  ✗ no permission',
    '          fix:  ask root',
    '        ! unstable name',
    'disk    ✓ room',
    '3 checks, 1 failed, 1 warning',
  ]);
});
