import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { loadProfile } from '../config/load-profile.ts';
import { loadSite } from '../config/load-site.ts';
import type { RegisterPoint } from '../profile/point.ts';
import type { Profile } from '../profile/profile.ts';
import { DYEING_SITE } from './dyeing-site.ts';
import { importDyeing } from './import-dyeing.ts';

const ROOT = join(import.meta.dirname, '../..');
const profilesDirs = [join(ROOT, 'profiles')];
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

async function profile(name: string): Promise<Profile> {
  return (await loadProfile(`tti/${name}`, { profilesDirs })).profile!;
}

async function all(): Promise<readonly Profile[]> {
  return Promise.all(['dyeing-tcp', 'dyeing-rtu', 'dyeing-rtu-mc3'].map(profile));
}

/** A machine as the lists have it, with every register of its kind. */
function machine({ points }: Profile, over: Readonly<Record<string, unknown>>) {
  const named = (test: (point: RegisterPoint) => boolean) =>
    Object.fromEntries(points.filter(test).map(({ name, address }) => [name, address]));
  const slots = /^batch\d$/;
  const status = /^status\d$/;
  return {
    read_registers: named(({ name }) => !slots.test(name) && !status.test(name)),
    write_registers: {
      batch_map: named(({ name }) => slots.test(name)),
      status_registers: Object.values(named(({ name }) => status.test(name))),
    },
    ...over,
  };
}

async function checked(text: string) {
  const folder = mkdtempSync(join(tmpdir(), 'dinrail-import-'));
  folders.push(folder);
  writeFileSync(join(folder, 'gateway.yaml'), text);
  return loadSite(join(folder, 'gateway.yaml'), { env: {}, profilesDirs });
}

test('what is done with the machines is what the example does', () => {
  const example = readFileSync(join(ROOT, 'examples/dyeing/gateway.yaml'), 'utf8');
  const ours = DYEING_SITE.replace('{TCP}', 'mc1, mc6').replace('{RTU}', 'mc2, mc3, mc4');
  expect(example.slice(example.indexOf('sinks:\n'))).toBe(ours);
});

test('both lists become one good site', async () => {
  const [tcp, rtu, mc3] = await all();
  const files = [
    {
      name: 'machines.json',
      content: [
        machine(tcp!, { noMc: 1, ip_address: '10.0.0.1', port: 502 }),
        machine(tcp!, { noMc: 6, ip_address: '10.0.0.6', port: 1502, chemical_registers: {} }),
      ],
    },
    {
      name: 'machines2.json',
      content: [machine(rtu!, { noMc: 2, slave_id: 1 }), machine(mc3!, { noMc: 3, slave_id: 2 })],
    },
  ];
  const { text, errors, notes } = importDyeing(files, await all());
  expect(errors).toEqual([]);
  expect(notes).toEqual([
    'machines.json: machine 2: "chemical_registers" is not known, and left out',
  ]);
  const { site, issues } = await checked(text!);
  expect(issues).toEqual([]);
  expect(site?.devices.map(({ name, profile: id, unit, tags }) => [name, id, unit, tags])).toEqual([
    ['mc1', 'tti/dyeing-tcp', 1, { machine_id: '1' }],
    ['mc6', 'tti/dyeing-tcp', 1, { machine_id: '6' }],
    ['mc2', 'tti/dyeing-rtu', 1, { machine_id: '2' }],
    ['mc3', 'tti/dyeing-rtu-mc3', 2, { machine_id: '3' }],
  ]);
  expect(site?.flows.map(({ instances }) => instances.map(({ device }) => device))).toEqual([
    ...[
      ['mc1', 'mc6'],
      ['mc2', 'mc3'],
      ['mc1', 'mc6', 'mc2', 'mc3'],
    ],
  ]);
});

test.each(['dyeing-tcp', 'dyeing-rtu'])('one list alone is a good site: %s', async (kind) => {
  const at = kind === 'dyeing-tcp' ? { ip_address: '10.0.0.1' } : { slave_id: 9 };
  const list = [machine(await profile(kind), { noMc: 5, ...at })];
  const { text } = importDyeing([{ name: 'm.json', content: list }], await all());
  const { site, issues } = await checked(text!);
  expect(issues).toEqual([]);
  expect(site?.flows).toHaveLength(2);
});

test('a register that is elsewhere, one that is missing and one too many', async () => {
  const tcp = await profile('dyeing-tcp');
  const { read_registers: registers, ...rest } = machine(tcp, { noMc: 1, ip_address: 'mc1' });
  const { level: _, ...others } = registers;
  const list = [{ ...rest, read_registers: { ...others, temp1: 100, spare: 5 } }];
  const { text, notes } = importDyeing([{ name: 'm.json', content: list }], await all());
  expect(notes).toEqual([
    'm.json: machine 1: nothing uses register "spare", it is left out',
    'm.json: machine 1: temp1 is elsewhere than in tti/dyeing-tcp, and written out',
  ]);
  const { site } = await checked(text!);
  const points = new Map(site?.devices[0]?.points.map(({ point }) => [point.name, point]));
  expect(points.get('temp1')).toMatchObject({ address: 100, type: 'i16', scale: { divide: 10 } });
  expect(points.has('level')).toBe(false);
});

test('what the rules and the pull rely on and a machine has not is said', async () => {
  const { write_registers: slots, read_registers: registers } = machine(
    await profile('dyeing-tcp'),
    {},
  );
  const { process: _, ...others } = registers;
  const { batch7: __, ...batches } = slots.batch_map;
  const list = [
    {
      ...{ noMc: 1, ip_address: 'mc1', read_registers: others },
      write_registers: { ...slots, batch_map: batches },
    },
  ];
  const { notes } = importDyeing([{ name: 'm.json', content: list }], await all());
  expect(notes).toEqual([
    'm.json: machine 1: it has no process, batch7; take it out of the rules and pulls that use them',
  ]);
});

describe('what cannot be taken over is said', () => {
  test.each<[unknown, string]>([
    [{}, 'm.json: expected a list of machines'],
    [[], 'there is no machine in these files'],
    [[{}], 'm.json: machine 1: noMc is missing, or is no number'],
    [[{ noMc: 1 }], 'm.json: machine 1: it has neither an ip_address nor a slave_id'],
    [
      [
        { noMc: 1, slave_id: 1 },
        { noMc: 1, slave_id: 2 },
      ],
      'm.json: machine 2: noMc 1 is that of m.json: machine 1 too',
    ],
    [
      [{ noMc: 1, slave_id: 300 }],
      'm.json: machine 1: expected an ip_address with a port of 1 to 65535, or a slave_id of 1 to 247',
    ],
    [
      [{ noMc: 1, slave_id: 1, read_registers: { temp1: 70_000 } }],
      'm.json: machine 1: temp1 is 70000, expected a register, 0 to 65535',
    ],
    [
      [{ noMc: 1, slave_id: 1, write_registers: { status_registers: [1, 2] } }],
      'm.json: machine 1: status_registers has 2 entries, expected 7',
    ],
  ])('%j', (content, error) => {
    expect(importDyeing([{ name: 'm.json', content }], []).errors).toContain(error);
  });
});
