import { actionOf } from './action-of.ts';
import type { CommandInput, CommandSpec } from './command.ts';
import type { CliContext } from './context.ts';
import { lintProfiles } from './profile-lint.ts';
import { listAll } from './profile-list.ts';
import { showProfile } from './profile-show.ts';
import { testProfiles } from './profile-test.ts';

type Action = (context: CliContext, input: CommandInput) => Promise<number>;

const ACTIONS: Readonly<Record<string, Action>> = {
  list: listAll,
  show: showProfile,
  lint: lintProfiles,
  test: testProfiles,
};

export const profileCommand: CommandSpec = {
  name: 'profile',
  summary:
    'Look at device profiles: list, show, lint (what could be better), test (by their own tests)',
  args: '<list|show|lint|test> [name...]',
  options: [
    { flags: '--json', help: 'list and show as JSON' },
    {
      flags: '-p, --param <name=value>',
      help: 'show the profile with this param, such as decimals=1',
      many: true,
    },
  ],
  examples: [
    'dinrail profile list meter',
    'dinrail profile show eurotherm/3216 --param decimals=1',
    'dinrail profile lint ./my-meter.yaml',
    'dinrail profile test',
  ],
  async run(context, input) {
    const [word = '', ...args] = input.args;
    return actionOf('profile', ACTIONS, word)(context, { ...input, args });
  },
};
