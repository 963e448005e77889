import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { describeError, UsageError } from '../base/errors.ts';
import { hasOption, textOption, type CommandInput, type CommandSpec } from './command.ts';
import type { CliContext } from './context.ts';
import { EXIT } from './exit-code.ts';
import { importDyeing, type MachineFile } from './import-dyeing.ts';
import { ConfigError } from './load.ts';
import { usableProfile } from './profile-files.ts';

const DYEING_PROFILES = ['tti/dyeing-tcp', 'tti/dyeing-rtu', 'tti/dyeing-rtu-mc3'];

export const importCommand: CommandSpec = {
  name: 'import',
  summary: 'Make a site file of what other programs were configured with',
  args: '<dyeing> <file...>',
  argChoices: ['dyeing'],
  options: [
    { flags: '-o, --output <file>', help: 'where to write (default: standard output)' },
    { flags: '--force', help: 'replace a file that is there' },
  ],
  examples: ['dinrail import dyeing machines.json machines2.json -o gateway.yaml'],
  async run(context, input) {
    const [kind = '', ...paths] = input.args;
    if (kind !== 'dyeing') {
      throw new UsageError(`dinrail import has no "${kind}", expected dyeing`);
    }
    if (paths.length === 0)
      throw new UsageError('which files? dinrail import dyeing machines.json');
    return run(context, input, paths);
  },
};

async function run(
  context: CliContext,
  input: CommandInput,
  paths: readonly string[],
): Promise<number> {
  const files = await Promise.all(paths.map(async (path) => readMachines(context, path)));
  const profiles = await Promise.all(
    DYEING_PROFILES.map(async (id) => (await usableProfile(context, id)).profile),
  );
  const { text, errors, notes } = importDyeing(files, profiles);
  for (const note of notes) context.stderr.write(`note: ${note}\n`);
  for (const error of errors) context.stderr.write(`error: ${error}\n`);
  if (text === undefined) return EXIT.config;
  const output = textOption(input, 'output');
  if (output === undefined) {
    context.stdout.write(text);
    return EXIT.ok;
  }
  const file = resolve(context.cwd, output);
  if (existsSync(file) && !hasOption(input, 'force')) {
    throw new UsageError(`${output} is there already: --force replaces it, -o names another`);
  }
  await writeFile(file, text);
  context.stderr.write(`wrote ${output}.  Look at it:  dinrail check ${output}\n`);
  return EXIT.ok;
}

async function readMachines({ cwd }: CliContext, path: string): Promise<MachineFile> {
  try {
    return { name: path, content: JSON.parse(await readFile(resolve(cwd, path), 'utf8')) };
  } catch (error) {
    throw new ConfigError(`${path}: ${describeError(error)}`);
  }
}
