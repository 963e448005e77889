import type { LockJson } from '../api/contract.ts';
import { parseDuration } from '../base/duration.ts';
import { UsageError } from '../base/errors.ts';
import { hasOption, textOption, type CommandInput, type CommandSpec } from './command.ts';
import type { CliContext } from './context.ts';
import { EXIT } from './exit-code.ts';
import { GATEWAY_OPTION, GatewayClient, TOKEN_OPTION } from './gateway-client.ts';
import { problemText, type GatewayAnswer } from './gateway-problem.ts';

const URL_PATH = '/api/v1/maintenance';

export const maintenanceCommand: CommandSpec = {
  name: 'maintenance',
  summary: 'Lock writing while somebody works on a machine: on, off, status',
  args: '<on|off|status> [device]',
  argChoices: ['on', 'off', 'status'],
  options: [
    {
      flags: '--why <text>',
      help: 'with on: what is done there, for everybody who wants to write',
    },
    { flags: '--for <time>', help: 'with on: for how long, such as 2h; default: until off' },
    { flags: '--until <moment>', help: 'with on: until when, such as 2026-03-01T16:00:00+01:00' },
    { flags: '--json', help: 'as JSON' },
    ...[GATEWAY_OPTION, TOKEN_OPTION],
  ],
  examples: [
    'dinrail maintenance on furnace1 --why "changing the sensor" --for 2h',
    'dinrail maintenance off furnace1',
    'dinrail maintenance status',
  ],
  async run(context, input) {
    const [word = '', scope = '*', ...more] = input.args;
    const gateway = new GatewayClient(context, input);
    if (more.length > 0) throw new UsageError('one device at a time; without one, all are meant');
    if (word === 'status') return show(context, input, await gateway.get(URL_PATH));
    if (word === 'off') {
      const path = `${URL_PATH}?scope=${encodeURIComponent(scope)}`;
      return show(context, input, await gateway.delete(path));
    }
    if (word === 'on')
      return show(context, input, await gateway.post(URL_PATH, lock(scope, input)));
    throw new UsageError(`dinrail maintenance has no "${word}", expected on, off, status`);
  },
};

function lock(scope: string, input: CommandInput): object {
  const why = textOption(input, 'why');
  if (why === undefined) throw new UsageError('say why: --why "changing the sensor"');
  const [span, until] = [textOption(input, 'for'), textOption(input, 'until')];
  if (span !== undefined && until !== undefined) throw new UsageError('--for or --until, not both');
  if (span !== undefined && parseDuration(span) === undefined) {
    throw new UsageError(`--for is "${span}", expected such as 2h`);
  }
  if (until !== undefined && Number.isNaN(Date.parse(until))) {
    throw new UsageError(`--until is "${until}", expected such as 2026-03-01T16:00:00+01:00`);
  }
  return {
    ...{ scope, why },
    ...(span !== undefined && { for: span }),
    ...(until !== undefined && { until }),
  };
}

function show({ stdout, stderr }: CliContext, input: CommandInput, answer: GatewayAnswer): number {
  if (answer.status !== 200) {
    stderr.write(`${problemText(answer)}\n`);
    return answer.status === 400 ? EXIT.usage : EXIT.refused;
  }
  const locks = JSON.parse(answer.body) as readonly LockJson[];
  if (hasOption(input, 'json')) stdout.write(`${answer.body}\n`);
  else stdout.write(locks.length === 0 ? 'nothing is locked\n' : locks.map(lockLine).join(''));
  return EXIT.ok;
}

function lockLine({ scope, who, why, until }: LockJson): string {
  const what = scope === '*' ? 'everything' : scope;
  return `${what} is locked by ${who}: ${why}${until === undefined ? '' : `, until ${until}`}\n`;
}
