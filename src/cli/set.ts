import type {
  SampleJson,
  WritablePointJson,
  WriteResultJson,
  WritesJson,
} from '../api/contract.ts';
import { parseDuration } from '../base/duration.ts';
import { UsageError } from '../base/errors.ts';
import { hasOption, textOption, type CommandInput, type CommandSpec } from './command.ts';
import type { CliContext } from './context.ts';
import { EXIT, exitCodeOfStatus } from './exit-code.ts';
import { GATEWAY_OPTION, GatewayClient, TOKEN_OPTION } from './gateway-client.ts';
import { problemText, type GatewayAnswer } from './gateway-problem.ts';
import { limitsText, presentText, wearText, withUnit } from './write-text.ts';

export const setCommand: CommandSpec = {
  name: 'set',
  summary: 'Write a point through the running gateway: shows old and new, asks, reads back',
  args: '<device.point=value>',
  options: [
    { flags: '-y, --yes', help: 'do not ask' },
    { flags: '--no-input', help: 'never ask; without --yes nothing is written' },
    { flags: '--reason <text>', help: 'why, for the audit' },
    {
      flags: '--lease <time>',
      help: 'how long the value holds without renewal, for points that ask',
    },
    { flags: '--ttl <time>', help: 'how long it may wait for its turn; default 5s' },
    {
      flags: '--key <text>',
      help: 'the same key again brings the same result and no second write',
    },
    { flags: '--json', help: 'the result as JSON' },
    ...[GATEWAY_OPTION, TOKEN_OPTION],
  ],
  examples: [
    'dinrail set furnace1.setpoint=750',
    'dinrail set furnace1.setpoint=750 -y --reason "run 14"',
    'dinrail set dye01.batch_name="B 4711"',
  ],
  run: set,
};

/** What is to be written, and where. */
interface Wish {
  readonly id: string;
  /** `/api/v1/values/furnace1/setpoint` */
  readonly path: string;
  /** As typed. */
  readonly value: string;
}

async function set(context: CliContext, input: CommandInput): Promise<number> {
  const wish = wishOf(input.args);
  bodyOf(wish, input); // Before anybody is asked: a wrong option is the first thing to say.
  const gateway = new GatewayClient(context, input);
  const [sample, writes] = [await gateway.get(wish.path), await gateway.get('/api/v1/writes')];
  if (writes.status !== 200) return refused(context, wish, problemText(writes));
  const status = JSON.parse(writes.body) as WritesJson;
  const point = status.points.find((it) => it.point === wish.id);
  if (point === undefined) {
    // Only a point that is not polled has no sample and can be written all the same.
    if (sample.status !== 200) return missing(context, wish, sample);
    if (!hasOption(input, 'yes')) {
      return refused(context, wish, status.problem ?? 'its device does not let it be written');
    }
    // Nobody is left to ask: the gate refuses it, and the audit has it.
    return send(context, input, gateway, wish);
  }
  const present = sample.status === 200 ? (JSON.parse(sample.body) as SampleJson) : undefined;
  announce(context, wish, point, present);
  if (status.problem !== undefined && !hasOption(input, 'yes')) {
    return refused(context, wish, status.problem);
  }
  if (!(await confirmed(context, input, wish, point))) {
    context.stderr.write('nothing was written\n');
    return EXIT.refused;
  }
  return send(context, input, gateway, wish);
}

async function send(
  context: CliContext,
  input: CommandInput,
  gateway: GatewayClient,
  wish: Wish,
): Promise<number> {
  const startedAt = context.clock.now();
  const answer = await gateway.put(wish.path, bodyOf(wish, input), textOption(input, 'key'));
  return report(context, input, answer, context.clock.now() - startedAt);
}

function wishOf([text = '', ...more]: readonly string[]): Wish {
  const [, device, point, value] = /^([^.=]+)\.([^=]+)=([^]*)$/.exec(text) ?? [];
  if (device === undefined || point === undefined || value === undefined || more.length > 0) {
    throw new UsageError(
      `"${[text, ...more].join(' ')}" is no assignment, expected device.point=value, such as furnace1.setpoint=750`,
    );
  }
  const names = [device, point].map(encodeURIComponent);
  return { id: `${device}.${point}`, path: `/api/v1/values/${names.join('/')}`, value };
}

function bodyOf({ value }: Wish, input: CommandInput): object {
  const reason = textOption(input, 'reason');
  const [leaseMs, ttlMs] = [timeOption(input, 'lease'), timeOption(input, 'ttl')];
  return {
    value,
    ...(reason !== undefined && { reason }),
    ...(leaseMs !== undefined && { leaseMs }),
    ...(ttlMs !== undefined && { ttlMs }),
  };
}

function timeOption(input: CommandInput, name: string): number | undefined {
  const text = textOption(input, name);
  if (text === undefined) return undefined;
  const ms = parseDuration(text);
  if (ms === undefined) throw new UsageError(`--${name} is "${text}", expected such as 30s`);
  return ms;
}

function announce(
  { stderr }: CliContext,
  { id, value }: Wish,
  point: WritablePointJson,
  present: SampleJson | undefined,
): void {
  const now = presentText(point, present);
  const limits = limitsText(point);
  const change = `${id} (${point.address})   ${now}  →  ${withUnit(value, point.unit)}`;
  stderr.write(`${change}${limits === '' ? '' : `     ${limits}`}\n`);
  if (point.wear !== undefined) stderr.write(`${wearText(point.wear)}\n`);
}

async function confirmed(
  { ask, stderr }: CliContext,
  input: CommandInput,
  { value }: Wish,
  { confirm, unit }: WritablePointJson,
): Promise<boolean> {
  if (hasOption(input, 'yes') || confirm === 'none') return true;
  if (ask === undefined || input.options['input'] === false) {
    stderr.write('nobody is here to confirm; add --yes to write without asking\n');
    return false;
  }
  if (confirm === 'retype')
    return (await ask(`type ${value} to confirm: `)).trim() === value.trim();
  const answer = await ask(`write ${withUnit(value, unit)}? [y/N] `);
  return /^y(?:es)?$/i.test(answer.trim());
}

const EXITS: Readonly<Record<string, number>> = {
  ...{ confirmed: EXIT.ok, unchanged: EXIT.ok, refused: EXIT.refused, unknown: EXIT.noAnswer },
  failed: EXIT.differs,
};

/** Of what failed: the device said no, or was not reached. */
const FAILED: Readonly<Record<string, number>> = {
  'device-refused': EXIT.exception,
  'not-sent': EXIT.noAnswer,
};

function report(
  { stdout, stderr }: CliContext,
  input: CommandInput,
  answer: GatewayAnswer,
  ms: number,
): number {
  const result = JSON.parse(answer.body) as Partial<WriteResultJson>;
  if (hasOption(input, 'json')) stdout.write(`${answer.body}\n`);
  const { outcome, code = '', message = '', who = '' } = result;
  if (outcome === undefined) {
    stderr.write(`refused: ${problemText(answer)}. Nothing was written\n`);
    return answer.status === 400 ? EXIT.usage : EXIT.refused;
  }
  const nothing = outcome === 'refused' ? '. Nothing was written' : '';
  stderr.write(`${outcome}: ${message}${nothing}   ${ms.toFixed(0)} ms   logged as ${who}\n`);
  return FAILED[code] ?? EXITS[outcome] ?? EXIT.other;
}

function missing({ stderr }: CliContext, { id }: Wish, answer: GatewayAnswer): number {
  stderr.write(`${id}: ${problemText(answer)}\n`);
  return exitCodeOfStatus(answer.status);
}

function refused({ stderr }: CliContext, { id }: Wish, why: string): number {
  stderr.write(`refused: ${id}: ${why}. Nothing was written\n`);
  return EXIT.refused;
}
