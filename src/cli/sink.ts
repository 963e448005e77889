import type { QuarantineJson, SinkJson } from '../api/contract.ts';
import { UsageError } from '../base/errors.ts';
import { actionOf } from './action-of.ts';
import { hasOption, textOption, type CommandInput, type CommandSpec } from './command.ts';
import type { CliContext } from './context.ts';
import { EXIT, exitCodeOfStatus } from './exit-code.ts';
import { GATEWAY_OPTION, GatewayClient, TOKEN_OPTION } from './gateway-client.ts';
import { problemText, type GatewayAnswer } from './gateway-problem.ts';
import { renderTable } from './table.ts';

interface Call {
  readonly context: CliContext;
  readonly input: CommandInput;
  readonly gateway: GatewayClient;
  readonly name: string;
}

const ACTIONS: Readonly<Record<string, (call: Call) => Promise<number>>> = {
  status: showStatus,
  test: testSink,
  pause: async (call) => operate(call, 'pause', 'paused; what comes is kept for it'),
  resume: async (call) => operate(call, 'resume', 'goes on'),
  drop: dropWaiting,
  quarantine: showQuarantine,
  retry: async (call) => release(call, 'retry', 'offered again'),
  discard: async (call) => release(call, 'discard', 'given up'),
};

export const sinkCommand: CommandSpec = {
  name: 'sink',
  summary:
    'Look at the sinks of the running gateway and operate them: status, test, pause, resume, drop, quarantine, retry, discard',
  args: '<status|test|pause|resume|drop|quarantine|retry|discard> [name]',
  argChoices: Object.keys(ACTIONS),
  options: [
    { flags: '--id <ids>', help: 'with retry and discard: only these, such as 3,4; default all' },
    { flags: '--yes', help: 'with drop: yes, what waits shall be gone for good' },
    { flags: '--json', help: 'as JSON' },
    ...[GATEWAY_OPTION, TOKEN_OPTION],
  ],
  examples: [
    'dinrail sink status',
    'dinrail sink test influx',
    'dinrail sink quarantine influx',
    'dinrail sink retry influx --id 3,4',
  ],
  async run(context, input) {
    const [word = '', name = ''] = input.args;
    const action = actionOf('sink', ACTIONS, word);
    if (name === '' && word !== 'status') {
      throw new UsageError(`which sink? dinrail sink ${word} NAME`);
    }
    return action({ context, input, name, gateway: new GatewayClient(context, input) });
  },
};

async function showStatus({ context, input, gateway, name }: Call): Promise<number> {
  const answer = await gateway.get('/api/v1/sinks');
  if (answer.status !== 200) return refused(context, answer);
  const all = JSON.parse(answer.body) as readonly SinkJson[];
  const sinks = name === '' ? all : all.filter((sink) => sink.name === name);
  if (name !== '' && sinks.length === 0) {
    const known = all.map((sink) => sink.name).join(', ');
    throw new UsageError(`there is no sink "${name}"${known === '' ? '' : `, known: ${known}`}`);
  }
  if (hasOption(input, 'json')) context.stdout.write(`${JSON.stringify(sinks, null, 2)}\n`);
  else context.stdout.write(statusText(sinks, context.clock.wallMicros() / 1000));
  return sinks.every(({ state }) => state === 'good') ? EXIT.ok : EXIT.partly;
}

function statusText(sinks: readonly SinkJson[], nowMs: number): string {
  if (sinks.length === 0) return 'the site has no sinks\n';
  const columns = [
    ...[{ title: 'SINK' }, { title: 'TYPE' }, { title: 'STATE' }],
    ...['WAITING', 'OLDEST', 'PER SECOND', 'SENT', 'REFUSED', 'LOST', 'HELD'].map((title) => ({
      title,
      align: 'right' as const,
    })),
  ];
  const rows = sinks.map((sink) => [
    ...[sink.name, sink.type, sink.state],
    ...[String(sink.waiting), ageText(sink.oldest, nowMs), sink.rate.toFixed(1)],
    ...[sink.delivered, sink.rejected, sink.lost, sink.held].map(String),
  ]);
  const errors = sinks.flatMap(({ name, error }) =>
    error === undefined ? [] : [`${name}: ${error}`],
  );
  return `${[...renderTable(columns, rows), ...errors].join('\n')}\n`;
}

function ageText(time: string | undefined, nowMs: number): string {
  if (time === undefined) return '–';
  const seconds = Math.max(0, Math.round((nowMs - Date.parse(time)) / 1000));
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7_200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3_600)} h`;
}

async function testSink({ context, gateway, name }: Call): Promise<number> {
  const answer = await gateway.post(`${pathOf(name)}/test`);
  if (answer.status !== 200) return refused(context, answer);
  const { ok, message } = JSON.parse(answer.body) as { ok: boolean; message: string };
  if (ok) context.stdout.write(`${name}: ${message}\n`);
  else context.stderr.write(`${name}: ${message}\n`);
  return ok ? EXIT.ok : EXIT.noAnswer;
}

async function operate(call: Call, verb: 'pause' | 'resume', done: string): Promise<number> {
  const answer = await call.gateway.post(`${pathOf(call.name)}/${verb}`);
  if (answer.status !== 200) return refused(call.context, answer);
  call.context.stdout.write(`${call.name} ${done}\n`);
  return EXIT.ok;
}

async function dropWaiting({ context, input, gateway, name }: Call): Promise<number> {
  if (!hasOption(input, 'yes')) {
    throw new UsageError(`what waits for ${name} would be gone for good: say --yes to drop it`);
  }
  const answer = await gateway.post(`${pathOf(name)}/drop`, { confirm: name });
  if (answer.status !== 200) return refused(context, answer);
  const { count } = JSON.parse(answer.body) as { count: number };
  context.stdout.write(`${name}: ${count} records given up\n`);
  return EXIT.ok;
}

async function showQuarantine({ context, input, gateway, name }: Call): Promise<number> {
  const answer = await gateway.get(`${pathOf(name)}/quarantine`);
  if (answer.status !== 200) return refused(context, answer);
  const entries = JSON.parse(answer.body) as readonly QuarantineJson[];
  if (hasOption(input, 'json')) {
    context.stdout.write(`${JSON.stringify(entries, null, 2)}\n`);
    return EXIT.ok;
  }
  const columns = [
    { title: 'ID', align: 'right' as const },
    ...[{ title: 'TIME' }, { title: 'POINT' }, { title: 'VALUE' }, { title: 'WHY' }],
  ];
  const rows = entries.map(({ id, time, point, value, reason }) => [
    ...[String(id), time, point, value, reason],
  ]);
  const text = rows.length === 0 ? ['nothing is in quarantine'] : renderTable(columns, rows);
  context.stdout.write(`${text.join('\n')}\n`);
  return EXIT.ok;
}

async function release(call: Call, verb: 'retry' | 'discard', done: string): Promise<number> {
  const ids = idsOf(textOption(call.input, 'id'));
  const body = ids === undefined ? {} : { ids };
  const answer = await call.gateway.post(`${pathOf(call.name)}/quarantine/${verb}`, body);
  if (answer.status !== 200) return refused(call.context, answer);
  const { count } = JSON.parse(answer.body) as { count: number };
  call.context.stdout.write(`${call.name}: ${count} ${done}\n`);
  return EXIT.ok;
}

function idsOf(text: string | undefined): readonly number[] | undefined {
  if (text === undefined) return undefined;
  if (!/^\d+(?:,\d+)*$/.test(text)) throw new UsageError(`--id: "${text}", expected such as 3,4`);
  return text.split(',').map(Number);
}

function pathOf(name: string): string {
  return `/api/v1/sinks/${encodeURIComponent(name)}`;
}

function refused({ stderr }: CliContext, answer: GatewayAnswer): number {
  stderr.write(`${problemText(answer)}\n`);
  return exitCodeOfStatus(answer.status);
}
