import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { UsageError } from '../base/errors.ts';
import { localIso, utcIso } from '../base/time-format.ts';
import type { AuditRecord, JsonValue } from '../gate/audit-line.ts';
import { auditFiles, listAudit, verifyAudit, type AuditFilter } from '../gate/audit-read.ts';
import { gateFolder } from '../gate/gate-files.ts';
import type { WriteOutcome } from '../gate/write-request.ts';
import { hasOption, textOption, type CommandInput, type CommandSpec } from './command.ts';
import type { CliContext } from './context.ts';
import { EXIT } from './exit-code.ts';
import { openSite } from './load.ts';

const OUTCOMES = ['confirmed', 'unchanged', 'refused', 'unknown', 'failed'];

export const auditCommand: CommandSpec = {
  name: 'audit',
  summary: 'Who wrote what: list the records on this disk, or verify that none was changed',
  args: '<list|verify> [file-or-folder]',
  argChoices: ['list', 'verify'],
  options: [
    { flags: '--data <folder>', help: 'folder of everything kept; default: that of gateway.yaml' },
    { flags: '-n, --count <n>', help: 'with list: most records, the newest; default 100' },
    { flags: '--point <id>', help: 'with list: only this point, such as furnace1.setpoint' },
    { flags: '--device <name>', help: 'with list: only this device' },
    { flags: '--name <who>', help: 'with list: only this person' },
    { flags: '--outcome <word>', help: 'with list: only this outcome', choices: OUTCOMES },
    { flags: '--utc', help: 'times in UTC instead of local time' },
    { flags: '--json', help: 'as JSON' },
  ],
  examples: [
    'dinrail audit list --point furnace1.setpoint',
    'dinrail audit verify --data /var/lib/dinrail',
  ],
  async run(context, input) {
    const [word = '', place = 'gateway.yaml'] = input.args;
    if (word !== 'list' && word !== 'verify') {
      throw new UsageError(`dinrail audit has no "${word}", expected list, verify`);
    }
    const folder = await folderOf(context, textOption(input, 'data') ?? place);
    return word === 'list' ? list(context, input, folder) : verify(context, input, folder);
  },
};

/** The folder of the gate: of a site file, of its data folder, or itself. */
async function folderOf(context: CliContext, place: string): Promise<string> {
  const path = resolve(context.cwd, place);
  const isPlace = isFolder(path);
  const data = isPlace ? path : (await openSite(context, place)).data;
  const gate = data === undefined ? undefined : join(data, 'gate');
  const folder = gate !== undefined && isFolder(gate) ? gate : isPlace ? path : undefined;
  // A folder without an audit is not a sound one: somebody may have named the wrong place.
  if (folder !== undefined && (await auditFiles(await gateFolder(folder))).length > 0)
    return folder;
  const why = isPlace
    ? 'name a site file, its data folder or the folder gate in it'
    : 'nothing was ever allowed to be written, or the files are gone';
  throw new UsageError(`there is no audit of ${place}: ${why}`);
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

async function list(context: CliContext, input: CommandInput, folder: string): Promise<number> {
  const records = await listAudit(await gateFolder(folder), filterOf(input));
  const inOrder = [...records].reverse();
  const text = hasOption(input, 'json')
    ? inOrder.map((record) => JSON.stringify(record))
    : inOrder.map((record) => recordLine(record, hasOption(input, 'utc') ? utcIso : localIso));
  context.stdout.write(text.map((line) => `${line}\n`).join(''));
  return EXIT.ok;
}

function filterOf(input: CommandInput): AuditFilter {
  const count = textOption(input, 'count') ?? '100';
  if (!/^[1-9]\d{0,5}$/.test(count))
    throw new UsageError(`--count is "${count}", expected such as 20`);
  const words = (['point', 'device', 'name', 'outcome'] as const).map(
    (key) => [key, textOption(input, key)] as const,
  );
  const given = Object.fromEntries(words.filter(([, word]) => word !== undefined)) as {
    readonly point?: string;
    readonly device?: string;
    readonly name?: string;
    readonly outcome?: WriteOutcome;
  };
  return { limit: Number(count), ...given };
}

/** `2026-02-27T10:37:29.412+01:00  furnace1.setpoint  550 → 750  confirmed read-back  pi@cli local` */
function recordLine(record: AuditRecord, formatTime: (micros: number) => string): string {
  const time = formatTime(record.at);
  if (record.kind === 'note') {
    const by = record.who === undefined ? '' : `  ${record.who.name}@${record.who.door}`;
    return `${time}  ${record.topic}  ${record.message}${by}`;
  }
  const { point, who, reason, old, asked, value = asked } = record;
  const change = old === undefined ? `→ ${show(value)}` : `${show(old)} → ${show(value)}`;
  const what =
    record.kind === 'intent'
      ? `intent FC${record.frame.function}`
      : `${record.outcome} ${record.code}`;
  const why = reason === undefined ? '' : `  "${reason}"`;
  return `${time}  ${point}  ${change}  ${what}  ${who.name}@${who.door} ${who.from}${why}`;
}

function show(value: JsonValue): string {
  return typeof value === 'object' ? value.whole : String(value);
}

async function verify(
  { stdout, stderr }: CliContext,
  input: CommandInput,
  folder: string,
): Promise<number> {
  const { state, files, records, fault, head } = await verifyAudit(await gateFolder(folder));
  if (hasOption(input, 'json')) {
    stdout.write(`${JSON.stringify({ folder, state, files, records, fault, head }, null, 2)}\n`);
  } else {
    if (fault !== undefined) stderr.write(`${fault.file}, line ${fault.line}: ${fault.message}\n`);
    stdout.write(`${records} records in ${files} files: ${STATES[state]}\n`);
    stdout.write(
      `the end is ${head.sequence} ${head.hash}; note it, to see later that nothing was cut off\n`,
    );
  }
  return EXITS[state];
}

const STATES = {
  sound: 'every line is as it was written',
  torn: 'sound but for the last line, which is not whole, as a power cut leaves it',
  broken: 'somebody has changed it, or the disk is damaged',
} as const;

const EXITS = { sound: EXIT.ok, torn: EXIT.partly, broken: EXIT.damaged } as const;
