import type { CommandSpec } from './command.ts';
import { EXIT } from './exit-code.ts';

export const versionCommand: CommandSpec = {
  name: 'version',
  summary: 'Print the version',
  async run({ stdout, version }) {
    stdout.write(`dinrail ${version}\n`);
    return EXIT.ok;
  },
};
