import { existsSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { UsageError } from '../base/errors.ts';
import { localIso } from '../base/time-format.ts';
import { hasOption, textOption, type CommandInput, type CommandSpec } from './command.ts';
import type { CliContext } from './context.ts';
import { EXIT } from './exit-code.ts';
import { askForDevices, askForSinks, isYes } from './init-dialogue.ts';
import { checkText, tryDevices } from './init-test.ts';
import {
  devicesOfScan,
  parseDevice,
  parseLine,
  parseSink,
  siteName,
  siteText,
} from './init-text.ts';
import type { PlannedDevice, PlannedSink, SitePlan } from './init-text.ts';
import { loadScan } from './scan-result.ts';

export const initCommand: CommandSpec = {
  name: 'init',
  summary: 'Write a first site file: from questions, from options, or from the last scan',
  options: [
    {
      flags: '--device <device>',
      help: 'name=place[,profile][,unit]; may be repeated',
      many: true,
    },
    { flags: '--line <line>', help: 'name=place of a line that devices share', many: true },
    { flags: '--from-scan <result>', help: 'last, or a file that "dinrail scan --json" wrote' },
    { flags: '--sink <sink>', help: 'console, jsonl or jsonl=file; may be repeated', many: true },
    { flags: '--name <name>', help: 'name of the site (default: of the folder)' },
    { flags: '-o, --output <file>', help: 'where to write (default gateway.yaml)' },
    { flags: '--no-test', help: 'do not read the devices before saving' },
    { flags: '-y, --yes', help: 'ask nothing' },
    { flags: '--force', help: 'replace a file that is there' },
  ],
  examples: [
    'dinrail init',
    'dinrail init --device meter=192.168.1.50,schneider/pm8000 --sink console --yes',
    'dinrail init --from-scan last -o plant.yaml',
  ],
  run: init,
};

async function init(context: CliContext, input: CommandInput): Promise<number> {
  const file = resolve(context.cwd, textOption(input, 'output') ?? 'gateway.yaml');
  const { stderr } = context;
  // Asked before anything else, so that nobody answers five questions in vain.
  if (existsSync(file) && !(await mayReplace(context, input, file))) return EXIT.refused;
  const plan = await planOf(context, input, file);
  const text = siteText(plan, basename(file));
  const site = await checkText(context, file, text);
  const failed = input.options['test'] === false ? [] : await tryDevices(context, site);
  if (!(await maySave(context, input, basename(file), failed))) return EXIT.refused;
  const draft = `${file}.new`;
  await writeFile(draft, text);
  await rename(draft, file);
  const count = site.devices.length;
  stderr.write(
    `wrote ${file} with ${count} device${count === 1 ? '' : 's'}.  Start it:  dinrail run ${basename(file)}\n`,
  );
  return EXIT.ok;
}

function askerOf({ ask }: CliContext, input: CommandInput): CliContext['ask'] {
  return hasOption(input, 'yes') ? undefined : ask;
}

async function mayReplace(
  context: CliContext,
  input: CommandInput,
  file: string,
): Promise<boolean> {
  if (hasOption(input, 'force')) return true;
  const ask = askerOf(context, input);
  if (ask !== undefined) return isYes(ask, `${file} is there already. Replace it?`, 'n');
  throw new UsageError(`${file} is there already: --force replaces it, -o names another`);
}

async function maySave(
  context: CliContext,
  input: CommandInput,
  file: string,
  failed: readonly string[],
): Promise<boolean> {
  if (failed.length > 0) {
    context.stderr.write(`no answer from ${failed.join(', ')}: dinrail doctor ${file} says more\n`);
  }
  const ask = isDialogue(input) ? askerOf(context, input) : undefined;
  return ask === undefined || isYes(ask, `Write ${file}?`, failed.length > 0 ? 'n' : 'y');
}

function isDialogue(input: CommandInput): boolean {
  return listOption(input, 'device').length === 0 && textOption(input, 'fromScan') === undefined;
}

async function planOf(context: CliContext, input: CommandInput, file: string): Promise<SitePlan> {
  const lines = new Map(listOption(input, 'line').map(parseLine));
  const devices = await devicesOf(context, input, lines);
  const names = devices.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new UsageError(`two devices are called ${twice}`);
  return {
    name: siteName(textOption(input, 'name') ?? basename(dirname(file))),
    writtenAt: localIso(context.clock.wallMicros()),
    ...{ lines, devices, sinks: await sinksOf(context, input) },
  };
}

async function devicesOf(
  context: CliContext,
  input: CommandInput,
  lines: ReadonlyMap<string, string>,
): Promise<readonly PlannedDevice[]> {
  const devices = listOption(input, 'device').map((text) => parseDevice(text, lines));
  const scan = textOption(input, 'fromScan');
  const scanned = scan === undefined ? [] : devicesOfScan(await loadScan(context, scan));
  if (!isDialogue(input)) return [...devices, ...scanned];
  const ask = askerOf(context, input);
  if (ask !== undefined) return askForDevices(context, ask);
  throw new UsageError(
    'which devices? Name them, such as --device meter=192.168.1.50,schneider/pm8000, or --from-scan last',
  );
}

async function sinksOf(context: CliContext, input: CommandInput): Promise<readonly PlannedSink[]> {
  const named = listOption(input, 'sink').map(parseSink);
  if (named.length > 0) return named;
  const ask = isDialogue(input) ? askerOf(context, input) : undefined;
  return ask === undefined ? [parseSink('console')] : askForSinks(ask);
}

function listOption({ options }: CommandInput, name: string): readonly string[] {
  const value = options[name];
  return Array.isArray(value) ? (value as readonly string[]) : [];
}
