import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { UsageError } from '../base/errors.ts';
import { diffLines } from '../base/line-diff.ts';
import { localIso } from '../base/time-format.ts';
import { formatIssues } from '../config/format-issues.ts';
import { valueAt } from '../config/explain.ts';
import { SourceText } from '../config/source-text.ts';
import { YamlFile } from '../config/yaml-file.ts';
import { SiteFiles } from '../settings/site-files.ts';
import {
  dataBeside,
  Versions,
  versionsFolder,
  versionTime,
  type Version,
} from '../settings/versions.ts';
import { replaceFile } from '../settings/write-file.ts';
import { actionOf } from './action-of.ts';
import { textOption, type CommandInput, type CommandSpec } from './command.ts';
import type { CliContext } from './context.ts';
import { EXIT } from './exit-code.ts';
import { ConfigError, profileFolders } from './load.ts';
import { renderTable, type Column } from './table.ts';

type Action = (context: CliContext, input: CommandInput, kept: Kept) => Promise<number>;

const ACTIONS: Readonly<Record<string, Action>> = { versions, show, diff, restore };

export const configCommand: CommandSpec = {
  name: 'config',
  summary: 'The site files that were applied: versions, show, diff, restore',
  args: '<versions|show|diff|restore> [version]',
  argChoices: Object.keys(ACTIONS),
  options: [
    { flags: '--config <file>', help: 'site file (default gateway.yaml)' },
    { flags: '--reason <text>', help: 'with restore: why, for those who look at the versions' },
  ],
  examples: [
    'dinrail config versions',
    'dinrail config diff 2026-01-31T12-00-00.000Z',
    'dinrail config restore 2026-01-31T12 --reason "the new meter does not answer"',
  ],
  async run(context, input) {
    const [word = ''] = input.args;
    const action = actionOf('config', ACTIONS, word);
    const file = resolve(context.cwd, textOption(input, 'config') ?? 'gateway.yaml');
    if (!existsSync(file)) throw new UsageError(`there is no ${file}: name another by --config`);
    const text = await readFile(file, 'utf8');
    const folder = versionsFolder(dataOf(file, text));
    const versions = new Versions(folder);
    return action(context, input, { file, text, folder, versions, all: await versions.list() });
  },
};

/** The file as it is, and what is kept of it. */
interface Kept {
  readonly file: string;
  readonly text: string;
  readonly folder: string;
  readonly versions: Versions;
  /** The newest first. */
  readonly all: readonly Version[];
}

/** Where everything is kept, as far as the file says so itself: it may be a broken one. */
function dataOf(file: string, text: string): string {
  const { value } = new YamlFile(new SourceText(file, text));
  // A broken file has no values, and its line for this may be whole all the same.
  const [, line] = /^data:[ \t]*["']?([^"'#\r\n]*[^"'#\s])/m.exec(text) ?? [];
  const data = value === undefined ? line : valueAt(value, ['data']);
  if (typeof data !== 'string' || data.includes('${')) return dataBeside(file);
  return resolve(dirname(file), data);
}

async function versions({ stdout }: CliContext, _: CommandInput, kept: Kept): Promise<number> {
  if (kept.all.length === 0) throw new UsageError(nothingKept(kept));
  const current = kept.all.find(({ text }) => text === kept.text)?.id;
  const rows = kept.all.map(({ id, text, by }) => [
    ...[id, localIso(Date.parse(versionTime(id)) * 1000), String(Buffer.byteLength(text))],
    ...[id === current ? 'now' : '', by?.who ?? '', by?.reason ?? ''],
  ]);
  stdout.write(`${renderTable(COLUMNS, rows).join('\n')}\n`);
  return EXIT.ok;
}

const COLUMNS: readonly Column[] = [
  ...[{ title: 'version' }, { title: 'applied' }, { title: 'bytes', align: 'right' } as const],
  ...[{ title: '' }, { title: 'who' }, { title: 'why' }],
];

async function show({ stdout }: CliContext, input: CommandInput, kept: Kept): Promise<number> {
  stdout.write(chosen(input, kept).text);
  return EXIT.ok;
}

/** What has changed since a version, as `diff` says it. */
async function diff({ stdout }: CliContext, input: CommandInput, kept: Kept): Promise<number> {
  const version = chosen(input, kept);
  const lines = diffLines(version.text, kept.text).filter(({ kind }) => kind !== 'same');
  stdout.write(
    lines
      .map(({ kind, text, line }) => `${kind === 'added' ? '+' : '-'}${line}: ${text}\n`)
      .join(''),
  );
  return lines.length === 0 ? EXIT.ok : EXIT.differs;
}

/** A running gateway sees the file change, and applies it. */
async function restore(context: CliContext, input: CommandInput, kept: Kept): Promise<number> {
  const { stdout, stderr, env, clock } = context;
  if (input.args.length < 2) throw new UsageError('which one? dinrail config versions lists them');
  const version = chosen(input, kept);
  const { file, versions: store } = kept;
  const files = new SiteFiles({ file, env, profilesDirs: profileFolders(context) });
  const { site, issues } = await files.load({ path: file, text: version.text });
  if (issues.length > 0) stderr.write(formatIssues(issues, { color: stderr.isTerminal }));
  if (site === undefined) throw new ConfigError(`${version.id} has errors and was not restored`);
  const reason = textOption(input, 'reason');
  await store.keep(kept.text, clock.wallMicros());
  await replaceFile(file, version.text);
  const who = env['USER'] ?? 'the command line';
  await store.keep(version.text, clock.wallMicros(), {
    who,
    ...(reason !== undefined && { reason }),
  });
  stdout.write(`${file} is as it was ${versionTime(version.id)}; a gateway that runs applies it\n`);
  return EXIT.ok;
}

/** The version that is named, by its beginning as well; without a name the newest that differs from the file. */
function chosen({ args }: CommandInput, kept: Kept): Version {
  const [, name] = args;
  const found =
    name === undefined
      ? kept.all.filter(({ text }) => text !== kept.text).slice(0, 1)
      : kept.all.filter(({ id }) => id.startsWith(name));
  const [version] = found;
  if (version === undefined) {
    throw new UsageError(name === undefined ? nothingKept(kept) : `there is no version ${name}`);
  }
  if (found.length > 1) throw new UsageError(`${found.length} versions begin with ${name ?? ''}`);
  return version;
}

function nothingKept({ folder }: Kept): string {
  return `no other version is kept in ${folder}`;
}
