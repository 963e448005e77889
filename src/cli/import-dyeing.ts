import { formatAddress, formatType } from '../profile/format.ts';
import type { RegisterPoint } from '../profile/point.ts';
import type { Profile } from '../profile/profile.ts';
import { DYEING_SITE } from './dyeing-site.ts';

/** A list of machines as the scripts of the plant read it. */
export interface MachineFile {
  /** As people know it. */
  readonly name: string;
  readonly content: unknown;
}

export interface ImportedSite {
  /** The site file; absent when there are errors. */
  readonly text?: string;
  readonly errors: readonly string[];
  /** What was not taken over, and why. */
  readonly notes: readonly string[];
}

/** One machine, understood. */
interface ReadMachine {
  readonly number: string;
  readonly place: string;
  readonly at: { readonly tcp: string } | { readonly unit: number };
  /** Addresses by the name of the point. */
  readonly registers: ReadonlyMap<string, number>;
}

const KEYS = new Set([
  ...['noMc', 'ip_address', 'port', 'slave_id', 'read_registers', 'write_registers', 'name'],
]);
const SLOTS = 7;
/** What the rules and the pull of the site cannot do without. */
const RELIED_ON = /^(?:process|batch\d?|status\d)$/;

/** A site file of lists of machines. Pure; `profiles` are the kinds of machines there are. */
export function importDyeing(
  files: readonly MachineFile[],
  profiles: readonly Profile[],
): ImportedSite {
  const reader = new MachineReader();
  const machines = files.flatMap((file) => reader.read(file));
  const { errors, notes } = reader;
  if (machines.length === 0) errors.push('there is no machine in these files');
  if (errors.length > 0) return { errors, notes };
  const devices = machines.map((machine) => deviceText(machine, profiles, notes));
  const names = (isTcp: boolean): string =>
    machines
      .filter(({ at }) => 'tcp' in at === isTcp)
      .map(({ number }) => `mc${number}`)
      .join(', ');
  const [tcp, rtu] = [names(true), names(false)];
  const text = [
    ...['version: 1', 'name: dye-house', 'data: dinrail-data', 'writes: local', ''],
    ...(rtu === ''
      ? []
      : ['lines:', "  rs485: 'serial:${SERIAL_PORT:-/dev/ttyUSB0} ${BAUDRATE:-9600} 8E1'", '']),
    ...['devices:', ...devices.flat(), ''],
    flowsFor(tcp, rtu),
  ];
  return { text: text.join('\n'), errors, notes };
}

/** Leaves out the rule that has no machine; what is used twice is then said in full. */
function flowsFor(tcp: string, rtu: string): string {
  const text = DYEING_SITE.replace('{TCP}', tcp).replace('{RTU}', rtu);
  if (tcp !== '' && rtu !== '') return text;
  const process = tcp === '' ? '355' : '305';
  return text
    .replace(/ {2}finished_rtu:\n(?: {4}.*\n)+/, '')
    .replace(/finished_tcp:/, tcp === '' ? 'finished_rtu:' : 'finished_tcp:')
    .replace('devices: []', `devices: [${tcp}${rtu}]`)
    .replace('process == 305', `process == ${process}`)
    .replaceAll(/&(?:name|report) ?/g, '');
}

class MachineReader {
  readonly errors: string[] = [];
  readonly notes: string[] = [];
  readonly #taken = new Map<string, string>();

  read({ name, content }: MachineFile): readonly ReadMachine[] {
    if (!Array.isArray(content)) {
      this.errors.push(`${name}: expected a list of machines`);
      return [];
    }
    return content.flatMap((entry: unknown, index) => {
      const machine = this.#machine(entry, `${name}: machine ${index + 1}`);
      return machine === undefined ? [] : [machine];
    });
  }

  #machine(entry: unknown, place: string): ReadMachine | undefined {
    const { noMc, ...machine } = objectOf(entry);
    const number = String(noMc);
    if (!/^[a-z0-9_-]{1,20}$/i.test(number) || noMc === undefined) {
      this.errors.push(`${place}: noMc is missing, or is no number`);
      return undefined;
    }
    const other = this.#taken.get(number);
    if (other !== undefined) this.errors.push(`${place}: noMc ${number} is that of ${other} too`);
    this.#taken.set(number, place);
    for (const key of Object.keys(machine)) {
      if (!KEYS.has(key)) this.notes.push(`${place}: "${key}" is not known, and left out`);
    }
    const at = this.#at(machine, place);
    if (at === undefined) return undefined;
    return { number, place, at, registers: this.#registers(machine, place) };
  }

  #at(machine: Readonly<Record<string, unknown>>, place: string): ReadMachine['at'] | undefined {
    const { ip_address: ip, port = 502, slave_id: unit } = machine;
    if (typeof ip === 'string' && /^[\w.-]+$/.test(ip) && isWithin(port, 1, 65_535)) {
      return { tcp: port === 502 ? ip : `${ip}:${port}` };
    }
    if (isWithin(unit, 1, 247)) return { unit };
    this.errors.push(
      ip === undefined && unit === undefined
        ? `${place}: it has neither an ip_address nor a slave_id`
        : `${place}: expected an ip_address with a port of 1 to 65535, or a slave_id of 1 to 247`,
    );
    return undefined;
  }

  #registers(
    machine: Readonly<Record<string, unknown>>,
    place: string,
  ): ReadonlyMap<string, number> {
    const registers = new Map<string, number>();
    const add = (name: string, address: unknown): void => {
      if (isWithin(address, 0, 65_535)) registers.set(name.toLowerCase(), address);
      else
        this.errors.push(
          `${place}: ${name} is ${JSON.stringify(address)}, expected a register, 0 to 65535`,
        );
    };
    for (const [name, address] of Object.entries(objectOf(machine['read_registers']))) {
      add(name, address);
    }
    const { batch_map: slots, status_registers: status = [] } = objectOf(
      machine['write_registers'],
    );
    for (const [name, address] of Object.entries(objectOf(slots))) add(name, address);
    const list: readonly unknown[] = Array.isArray(status) ? status : [];
    if (list.length > 0 && list.length !== SLOTS) {
      this.errors.push(`${place}: status_registers has ${list.length} entries, expected ${SLOTS}`);
    }
    for (const [index, address] of list.entries()) add(`status${index + 1}`, address);
    return registers;
  }
}

function isWithin(value: unknown, min: number, max: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max;
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

/** The kind of machine with the fewest differences, and these. */
function deviceText(
  machine: ReadMachine,
  profiles: readonly Profile[],
  notes: string[],
): readonly string[] {
  const { number, at, registers, place } = machine;
  const [best] = profiles
    .map((profile) => ({ profile, ...differences(profile, registers) }))
    .sort((a, b) => a.moved.length - b.moved.length || a.missing.length - b.missing.length);
  if (best === undefined) return [];
  const { profile, moved, missing, unknown } = best;
  for (const name of unknown)
    notes.push(`${place}: nothing uses register "${name}", it is left out`);
  for (const { name } of moved) {
    notes.push(`${place}: ${name} is elsewhere than in ${profile.id}, and written out`);
  }
  const lacking = missing.filter((name) => RELIED_ON.test(name));
  if (lacking.length > 0) {
    notes.push(
      `${place}: it has no ${lacking.join(', ')}; take it out of the rules and pulls that use them`,
    );
  }
  return [
    `  mc${number}:`,
    `    label: Machine ${number}`,
    ...('tcp' in at ? [`    at: tcp://${at.tcp}`] : ['    line: rs485', `    unit: ${at.unit}`]),
    `    profile: ${profile.id}`,
    `    tags: { machine_id: '${number}' }`,
    "    writes: ['batch*', 'status*']",
    ...(missing.length === 0 ? [] : [`    except: [${missing.join(', ')}]`]),
    ...(moved.length === 0 ? [] : ['    points:', ...moved.map(pointText)]),
  ];
}

function differences({ points }: Profile, registers: ReadonlyMap<string, number>) {
  const known = new Map(points.map((point) => [point.name, point]));
  const moved = points.flatMap((point) => {
    const address = registers.get(point.name);
    return address === undefined || address === point.address ? [] : [{ ...point, address }];
  });
  const missing = points.map(({ name }) => name).filter((name) => !registers.has(name));
  const unknown = [...registers.keys()].filter((name) => !known.has(name));
  return { moved, missing, unknown };
}

function pointText(point: RegisterPoint): string {
  const { name, access, scale, unit, group, category, text } = point;
  const words = [
    ...[formatAddress(point), formatType(point), ...(access === 'rw' ? ['rw'] : [])],
    ...(scale.divide === 1 ? [] : [`/${scale.divide}`]),
    ...(unit === undefined ? [] : [unit]),
  ];
  const rest = [
    ...(group === undefined ? [] : [`group: ${group}`]),
    ...(category === undefined ? [] : [`category: ${category}`]),
    ...(text === undefined ? [] : [`encoding: ${text.encoding}`]),
    ...(access === 'rw' && name.startsWith('status') ? ['write: { min: 0, max: 1 }'] : []),
  ];
  return `      ${name}: { ${[`at: '${words.join(' ')}'`, ...rest].join(', ')} }`;
}
