import { UsageError } from '../base/errors.ts';
import type { AccessRole } from '../api/access.ts';
import { Users } from '../api/login/users.ts';
import { usersFile } from '../gateway/page.ts';
import { textOption, type CommandInput, type CommandSpec } from './command.ts';
import type { CliContext } from './context.ts';
import { EXIT } from './exit-code.ts';
import { openSite } from './load.ts';

const ROLES: readonly AccessRole[] = ['viewer', 'operator', 'admin'];

export const userCommand: CommandSpec = {
  name: 'user',
  summary: 'Those who may log in to the page: list, set, remove',
  args: '<action> [name]',
  options: [
    { flags: '--role <role>', help: 'what they may do (default viewer)', choices: ROLES },
    { flags: '--config <file>', help: 'site file (default gateway.yaml)' },
  ],
  examples: [
    'dinrail user list',
    'dinrail user set ana --role operator',
    'dinrail user remove ana',
  ],
  async run(context, input) {
    const [action = '', name] = input.args;
    const users = await usersOf(context, input);
    switch (action) {
      case 'list':
        context.stdout.write(
          users
            .list()
            .map(({ name: who, role }) => `${who}  ${role}\n`)
            .join(''),
        );
        return EXIT.ok;
      case 'set':
        return set(
          context,
          users,
          named(name),
          textOption(input, 'role') as AccessRole | undefined,
        );
      case 'remove':
        if (!users.names.includes(named(name)))
          throw new UsageError(`nobody is named ${named(name)}`);
        await users.remove(named(name));
        context.stdout.write(`${named(name)} may not log in any more\n`);
        return EXIT.ok;
      default:
        throw new UsageError(`"${action}" is none of list, set, remove`);
    }
  },
};

async function usersOf(context: CliContext, input: CommandInput): Promise<Users> {
  const site = await openSite(context, textOption(input, 'config') ?? 'gateway.yaml');
  if (site.data === undefined) {
    throw new UsageError(
      `${site.file} keeps nothing: give it a data folder, such as data: dinrail-data`,
    );
  }
  return Users.open(usersFile(site.data));
}

async function set(
  { ask, env, stdout }: CliContext,
  users: Users,
  name: string,
  role: AccessRole = 'viewer',
): Promise<number> {
  const password =
    env['DINRAIL_PASSWORD'] ?? (await ask?.(`password of ${name} (shown as you type): `));
  if (password === undefined) {
    throw new UsageError('nobody is here to type a password: give it as DINRAIL_PASSWORD');
  }
  await users.set(name, role, password);
  stdout.write(`${name} may log in as ${role}\n`);
  return EXIT.ok;
}

function named(name: string | undefined): string {
  if (name === undefined) throw new UsageError('whom? dinrail user set NAME');
  return name;
}
