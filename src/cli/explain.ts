import { UsageError } from '../base/errors.ts';
import type { CommandSpec } from './command.ts';
import { EXIT } from './exit-code.ts';
import { explanations } from './explain-text.ts';

export const explainCommand: CommandSpec = {
  name: 'explain',
  summary: 'Say what an address, a type, register words, a point or a code means',
  args: '<what...>',
  options: [],
  examples: [
    'dinrail explain 40001',
    'dinrail explain f156 4278',
    'dinrail explain f32@CDAB',
    'dinrail explain "ir:342 f32@CDAB /10 kWh"',
    'dinrail explain exception 2',
    'dinrail explain types',
  ],
  async run({ stdout }, { args }) {
    const text = args.join(' ');
    const blocks = explanations(text);
    if (blocks.length === 0) {
      throw new UsageError(
        `"${text}" is no address, type, point, code or list of register words; ` +
          'try 40001, hr:100.3, f32, types, "f156 4278", exception 2 or exit 5',
      );
    }
    stdout.write(`${blocks.map((block) => block.join('\n')).join('\n\n')}\n`);
    return EXIT.ok;
  },
};
