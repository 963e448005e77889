import { actionOf } from './action-of.ts';
import type { CommandSpec } from './command.ts';
import type { CliContext } from './context.ts';
import type { CommandInput } from './command.ts';

type Action = (context: CliContext, input: CommandInput) => Promise<number>;

const ACTIONS: Readonly<Record<string, () => Promise<Action>>> = {
  dump: async () => (await import('./can-dump.ts')).canDump,
  layout: async () => (await import('./can-layout.ts')).canLayout,
};

export const canCommand: CommandSpec = {
  name: 'can',
  summary: 'Look at a CAN bus: dump frames and what they mean, layout of a DBC file in registers',
  args: '<dump|layout> <source-or-file>',
  argChoices: Object.keys(ACTIONS),
  options: [
    { flags: '--dbc <file>', help: 'of dump: the DBC file that says what the frames mean' },
    { flags: '--count <number>', help: 'of dump: end after so many frames' },
    {
      flags: '--lock <file>',
      help: 'of layout: where places are remembered (FILE.registers.json)',
    },
    {
      flags: '--table <name>',
      help: 'of layout: where registers go (default: holding)',
      choices: ['holding', 'input'],
    },
    { flags: '--start <address>', help: 'of layout: the first address (default: 0)' },
    {
      flags: '--format <form>',
      help: 'of layout: md for people (default), csv for spreadsheets, h for C, map for a site file',
      choices: ['md', 'csv', 'h', 'map'],
    },
  ],
  examples: [
    'dinrail can dump can://can0 --dbc anzen.dbc',
    'dinrail can dump cycle.log --dbc anzen.dbc --count 20',
    'dinrail can dump socketcand://192.168.20.10/can0',
    'dinrail can layout anzen.dbc',
  ],
  async run(context, input) {
    const [word = ''] = input.args;
    return (await actionOf('can', ACTIONS, word)())(context, input);
  },
};
