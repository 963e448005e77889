import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { UsageError } from '../base/errors.ts';
import { formatSize } from '../base/size.ts';
import { localIso } from '../base/time-format.ts';
import { inspectJournal, verifyJournal, type VerifyReport } from '../journal/verify.ts';
import { actionOf } from './action-of.ts';
import { hasOption, type CommandInput, type CommandSpec } from './command.ts';
import type { CliContext } from './context.ts';
import { EXIT } from './exit-code.ts';
import { openSite } from './load.ts';

type Action = (context: CliContext, input: CommandInput, folder: string) => Promise<number>;

const ACTIONS: Readonly<Record<string, Action>> = { status, verify };

export const journalCommand: CommandSpec = {
  name: 'journal',
  summary: 'Look at what is kept until every sink has it: status, verify (reads every byte)',
  args: '<status|verify> [file-or-folder]',
  argChoices: Object.keys(ACTIONS),
  options: [{ flags: '--json', help: 'as JSON' }],
  examples: ['dinrail journal status gateway.yaml', 'dinrail journal verify /var/lib/dinrail'],
  async run(context, input) {
    const [word = '', place = 'gateway.yaml'] = input.args;
    const action = actionOf('journal', ACTIONS, word);
    return action(context, input, await folderOf(context, place));
  },
};

/** The folder of the journal: of a site file, of its data folder, or itself. */
async function folderOf(context: CliContext, place: string): Promise<string> {
  const path = resolve(context.cwd, place);
  if (isFolder(join(path, 'journal'))) return join(path, 'journal');
  if (isFolder(path)) return path;
  const { data } = await openSite(context, place);
  if (data === undefined) {
    throw new UsageError(`${place} keeps its journal in memory: it names no folder data`);
  }
  const folder = join(data, 'journal');
  if (!isFolder(folder)) throw new UsageError(`there is no journal yet in ${folder}`);
  return folder;
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

async function status({ stdout }: CliContext, input: CommandInput, folder: string) {
  const found = await inspectJournal(folder);
  if (hasOption(input, 'json')) {
    stdout.write(`${JSON.stringify({ folder, ...found }, null, 2)}\n`);
    return EXIT.ok;
  }
  const { first, head, oldestAt, newestAt, epoch } = found;
  const time = (at: number | undefined): string => (at === undefined ? 'none' : localIso(at));
  stdout.write(
    [
      `journal   ${folder}`,
      `records   ${head - first}, from ${first} to ${Math.max(first, head - 1)}`,
      `oldest    ${time(oldestAt)}`,
      `newest    ${time(newestAt)}`,
      `size      ${formatSize(found.bytes)} in ${found.segments.length} files`,
      `epoch     ${epoch}${epoch > 1 ? ', the clock has stepped back or an end was damaged' : ''}`,
      '',
    ].join('\n'),
  );
  return EXIT.ok;
}

async function verify({ stdout, stderr }: CliContext, input: CommandInput, folder: string) {
  const report = await verifyJournal(folder);
  const { ok, segments, records, bytes } = report;
  if (hasOption(input, 'json')) {
    stdout.write(`${JSON.stringify({ folder, ...report }, null, 2)}\n`);
    return ok ? EXIT.ok : EXIT.damaged;
  }
  for (const { name, damage, unfinishedBytes } of segments) {
    for (const what of damage) stderr.write(`${name}: ${what}\n`);
    if (unfinishedBytes > 0) {
      const what = `${unfinishedBytes} bytes behind the last record`;
      stderr.write(`${name}: ${what}: a write that was cut short, or damage\n`);
    }
  }
  const unfinished = segments.some(({ unfinishedBytes }) => unfinishedBytes > 0);
  const size = `${formatSize(bytes)} in ${segments.length} files`;
  stdout.write(`${records} records, ${size}: ${resultText(report, unfinished)}\n`);
  return ok ? (unfinished ? EXIT.partly : EXIT.ok) : EXIT.damaged;
}

function resultText({ ok, lost }: VerifyReport, unfinished: boolean): string {
  if (!ok) return `${lost} records are damaged or missing`;
  return unfinished ? 'good but for the end' : 'every byte is as it was written';
}
