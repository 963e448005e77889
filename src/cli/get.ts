import type { SampleJson } from '../api/contract.ts';
import { UsageError } from '../base/errors.ts';
import { hasOption, type CommandSpec } from './command.ts';
import { EXIT, exitCodeOfStatus } from './exit-code.ts';
import { GATEWAY_OPTION, GatewayClient, TOKEN_OPTION } from './gateway-client.ts';
import { problemText } from './gateway-problem.ts';

export const getCommand: CommandSpec = {
  name: 'get',
  summary: 'Ask the running gateway for the newest value of a point, for scripts',
  args: '<device.point>',
  options: [
    { flags: '--plain', help: 'the value alone; a value that is not known is an error' },
    { flags: '--json', help: 'everything the gateway knows of it' },
    ...[GATEWAY_OPTION, TOKEN_OPTION],
  ],
  examples: ['dinrail get furnace1.pv', 'dinrail get furnace1.pv --plain'],
  async run(context, input) {
    const [id = ''] = input.args;
    const dot = id.indexOf('.');
    if (dot < 1 || dot === id.length - 1) {
      throw new UsageError(`"${id}" is no point: expected device.point, such as furnace1.pv`);
    }
    const names = [id.slice(0, dot), id.slice(dot + 1)].map(encodeURIComponent);
    const plain = hasOption(input, 'plain');
    const path = `/api/v1/values/${names.join('/')}${plain ? '?format=plain' : ''}`;
    const answer = await new GatewayClient(context, input).get(path);
    if (answer.status !== 200) {
      context.stderr.write(`${id}: ${problemText(answer)}\n`);
      return exitCodeOfStatus(answer.status);
    }
    if (plain || hasOption(input, 'json')) {
      context.stdout.write(answer.body.endsWith('\n') ? answer.body : `${answer.body}\n`);
      return EXIT.ok;
    }
    const sample = JSON.parse(answer.body) as SampleJson;
    context.stdout.write(`${sampleLine(sample)}\n`);
    return sample.quality === 'good' ? EXIT.ok : EXIT.other;
  },
};

function sampleLine({ device, point, value, text, unit, ...sample }: SampleJson): string {
  const { quality, cause, time } = sample;
  const known = value === null ? '—' : `${text ?? value}${unit === undefined ? '' : ` ${unit}`}`;
  const why = quality === 'good' ? '' : `  ${quality}${cause === undefined ? '' : ` (${cause})`}`;
  return `${device}.${point}  ${known}${why}  ${time}`;
}
