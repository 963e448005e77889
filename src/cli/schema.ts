import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CommandSpec } from './command.ts';
import { EXIT } from './exit-code.ts';

const SCHEMAS = ['gateway', 'profile'] as const;

export const schemaCommand: CommandSpec = {
  name: 'schema',
  summary: 'Print the JSON Schema of site files or profiles, for editors',
  args: '[gateway|profile]',
  examples: ['dinrail schema > gateway.schema.json'],
  async run({ stdout, stderr, packageRoot }, { args: [which = 'gateway'] }) {
    if (!(SCHEMAS as readonly string[]).includes(which)) {
      stderr.write(`there is no schema "${which}", expected ${SCHEMAS.join(' or ')}\n`);
      return EXIT.usage;
    }
    stdout.write(await readFile(join(packageRoot, 'schema', `${which}.schema.json`), 'utf8'));
    return EXIT.ok;
  },
};
