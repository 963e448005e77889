import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { nearest } from '../base/did-you-mean.ts';
import { UsageError } from '../base/errors.ts';
import type { SiteConfig } from '../config/site-config.ts';
import { devicePoints } from '../engine/device-points.ts';
import { zabbixTemplate } from '../text/zabbix-template.ts';
import { hasOption, textOption, type CommandInput, type CommandSpec } from './command.ts';
import { EXIT } from './exit-code.ts';
import { exportServedRegisters, REGISTER_OPTIONS } from './export-registers.ts';
import { openSite } from './load.ts';

type Export = (site: SiteConfig, input: CommandInput) => string | Promise<string>;

/** Made from a site file; the description of the API is the same for every site. */
const EXPORTS: Readonly<Record<string, Export>> = {
  registers: exportServedRegisters,
  zabbix: exportZabbix,
};

const NAMES = [...Object.keys(EXPORTS), 'openapi'];

export const exportCommand: CommandSpec = {
  name: 'export',
  summary: 'Write files for other systems: zabbix and registers of a site file, openapi',
  args: '<what> [file]',
  argChoices: NAMES,
  options: [
    {
      flags: '--zabbix-version <version>',
      help: 'of the server: 6.0 (default), or 7.0',
      choices: ['6.0', '7.0'],
    },
    {
      flags: '--by <way>',
      help: 'trapper: we send (default). agent: the server asks our passive agent',
      choices: ['trapper', 'agent'],
    },
    { flags: '--quality', help: 'an item with the quality of each point besides' },
    ...REGISTER_OPTIONS,
    { flags: '-o, --output <file>', help: 'write into this file instead of printing' },
  ],
  examples: [
    'dinrail export zabbix gateway.yaml --zabbix-version 7.0 -o template.yaml',
    'dinrail export registers gateway.yaml --format csv -o registers.csv',
    'dinrail export openapi -o dinrail.json',
  ],
  async run(context, input) {
    const [what = '', file = 'gateway.yaml'] = input.args;
    if (!NAMES.includes(what)) {
      const meant = nearest(what, NAMES);
      const hint = meant === undefined ? `expected ${NAMES.join(', ')}` : `did you mean ${meant}?`;
      throw new UsageError(`dinrail export has no "${what}", ${hint}`);
    }
    const make = EXPORTS[what];
    const text =
      make === undefined
        ? await readFile(join(context.packageRoot, 'schema', 'openapi.json'), 'utf8')
        : await make(await openSite(context, file), input);
    const output = textOption(input, 'output');
    if (output === undefined) context.stdout.write(text);
    else {
      await writeFile(resolve(context.cwd, output), text);
      context.stderr.write(`wrote ${output}\n`);
    }
    return EXIT.ok;
  },
};

function exportZabbix({ devices, sinks }: SiteConfig, input: CommandInput): string {
  // What is sent and what is waited for are the same key.
  const sink = sinks.find((one) => one.type === 'zabbix');
  return zabbixTemplate({
    ...(sink !== undefined && { key: sink.key }),
    points: devices.flatMap(devicePoints),
    version: textOption(input, 'zabbixVersion') === '7.0' ? '7.0' : '6.0',
    mode: textOption(input, 'by') === 'agent' ? 'agent' : 'trapper',
    quality: hasOption(input, 'quality'),
  });
}
