import type { ExchangeRunJson, ExchangesJson } from '../api/contract.ts';
import { UsageError } from '../base/errors.ts';
import { actionOf } from './action-of.ts';
import { hasOption, type CommandInput, type CommandSpec } from './command.ts';
import type { CliContext } from './context.ts';
import { EXIT, exitCodeOfStatus } from './exit-code.ts';
import { GATEWAY_OPTION, GatewayClient, TOKEN_OPTION } from './gateway-client.ts';
import { problemText, type GatewayAnswer } from './gateway-problem.ts';
import { renderTable } from './table.ts';

interface Call {
  readonly context: CliContext;
  readonly input: CommandInput;
  readonly gateway: GatewayClient;
  /** A run, or for `dry-run` a rule or pull. */
  readonly name: string;
}

const ACTIONS: Readonly<Record<string, (call: Call) => Promise<number>>> = {
  list: listRuns,
  show: showRun,
  retry: retryRun,
  'dry-run': dryRun,
};

export const exchangeCommand: CommandSpec = {
  name: 'exchange',
  summary: 'Look at rules and pulls of the running gateway, and try again what is dead',
  args: '<list|show|retry|dry-run> [name]',
  argChoices: Object.keys(ACTIONS),
  options: [
    { flags: '--dead', help: 'with list: only runs with dead steps; with retry: all of them' },
    { flags: '--json', help: 'as JSON' },
    ...[GATEWAY_OPTION, TOKEN_OPTION],
  ],
  examples: [
    'dinrail exchange list',
    'dinrail exchange show finished/mc1/2026-02-27T09:37:29.412Z',
    'dinrail exchange retry finished/mc1/2026-02-27T09:37:29.412Z',
    'dinrail exchange retry --dead',
    'dinrail exchange dry-run batches',
  ],
  async run(context, input) {
    const [word = '', name = ''] = input.args;
    const action = actionOf('exchange', ACTIONS, word);
    const isAll = word === 'list' || (word === 'retry' && hasOption(input, 'dead'));
    if (name === '' && !isAll) {
      const what = word === 'dry-run' ? 'rule or pull' : 'run';
      throw new UsageError(`which ${what}? dinrail exchange ${word} NAME`);
    }
    return action({ context, input, name, gateway: new GatewayClient(context, input) });
  },
};

async function listRuns({ context, input, gateway, name }: Call): Promise<number> {
  const answer = await gateway.get('/api/v1/exchanges');
  if (answer.status !== 200) return refused(context, answer);
  const all = JSON.parse(answer.body) as ExchangesJson;
  const isWanted = ({ flow, state }: ExchangeRunJson): boolean =>
    (name === '' || flow === name) && (!hasOption(input, 'dead') || state === 'dead');
  const found = { ...all, runs: all.runs.filter(isWanted) };
  if (hasOption(input, 'json')) writeJson(context, found);
  else context.stdout.write(listText(found));
  const isGood = all.runs.every(({ state }) => state !== 'dead') && all.error === undefined;
  return isGood ? EXIT.ok : EXIT.partly;
}

function listText({ flows, runs, dropped, error }: ExchangesJson): string {
  if (flows.length === 0) return 'the site has no rules and no pulls\n';
  const number = (title: string) => ({ title, align: 'right' as const });
  const flowRows = flows.map(({ name, kind, devices, waiting, dead, fetch }) => [
    ...[name, kind, String(devices.length), String(waiting), String(dead)],
    fetch === undefined ? '' : (fetch.error ?? fetch.state),
  ]);
  const flowColumns = [
    ...[{ title: 'NAME' }, { title: 'KIND' }, number('DEVICES'), number('WAITING')],
    ...[number('DEAD'), { title: 'FETCH' }],
  ];
  const runRows = runs.map((run) => [run.id, run.state, latestNote(run)]);
  const runColumns = [{ title: 'RUN' }, { title: 'STATE' }, { title: 'LAST' }];
  return [
    ...renderTable(flowColumns, flowRows),
    ...(runs.length === 0 ? [] : ['', ...renderTable(runColumns, runRows)]),
    ...(dropped === 0 ? [] : [`${dropped} runs were dropped: too many waited`]),
    ...(error === undefined ? [] : [`nothing is done: ${error}`]),
    '',
  ].join('\n');
}

/** What is wrong with it, else what came last. */
function latestNote({ steps }: ExchangeRunJson): string {
  const dead = steps.find(({ state }) => state === 'dead');
  const last = dead ?? steps.findLast(({ note }) => note !== undefined);
  return last === undefined ? '' : `${last.name}: ${last.note ?? last.state}`;
}

async function showRun({ context, input, gateway, name }: Call): Promise<number> {
  const answer = await gateway.get('/api/v1/exchanges');
  if (answer.status !== 200) return refused(context, answer);
  const { runs } = JSON.parse(answer.body) as ExchangesJson;
  const run = runs.find(({ id }) => id === name);
  if (run === undefined) {
    throw new UsageError(`there is no run "${name}"; dinrail exchange list shows all`);
  }
  if (hasOption(input, 'json')) writeJson(context, run);
  else context.stdout.write(runText(run));
  return run.state === 'dead' ? EXIT.partly : EXIT.ok;
}

function runText({ id, state, time, deadline, steps }: ExchangeRunJson): string {
  const lines = steps.flatMap((step, index) => [
    `${index + 1}  ${step.name}: ${step.state}${step.tries === 0 ? '' : `, ${step.tries} ${step.tries === 1 ? 'try' : 'tries'}`}`,
    ...(step.content === undefined ? [] : [`     ${step.content}`]),
    ...(step.note === undefined ? [] : [`     ${step.note}`]),
  ]);
  return `${[`${id}  ${state}`, `began ${time}, tried until ${deadline}`, ...lines].join('\n')}\n`;
}

async function retryRun({ context, input, gateway, name }: Call): Promise<number> {
  if (!hasOption(input, 'dead')) return retryOne(context, gateway, name);
  const answer = await gateway.get('/api/v1/exchanges');
  if (answer.status !== 200) return refused(context, answer);
  const { runs } = JSON.parse(answer.body) as ExchangesJson;
  const dead = runs.filter(({ state, flow }) => state === 'dead' && (name === '' || flow === name));
  let code: number = EXIT.ok;
  for (const { id } of dead) code = Math.max(code, await retryOne(context, gateway, id));
  if (dead.length === 0) context.stdout.write('nothing is dead\n');
  return code;
}

async function retryOne(context: CliContext, gateway: GatewayClient, id: string): Promise<number> {
  const answer = await gateway.post('/api/v1/exchanges/retry', { id });
  if (answer.status !== 200) return refused(context, answer);
  const { count } = JSON.parse(answer.body) as { count: number };
  context.stdout.write(`${id}: ${count} steps are tried again\n`);
  return EXIT.ok;
}

async function dryRun({ context, input, gateway, name }: Call): Promise<number> {
  const answer = await gateway.post('/api/v1/exchanges/dry-run', { flow: name });
  if (answer.status !== 200) return refused(context, answer);
  const runs = JSON.parse(answer.body) as readonly ExchangeRunJson[];
  if (hasOption(input, 'json')) writeJson(context, runs);
  else if (runs.length === 0) context.stdout.write('nothing would be done\n');
  else context.stdout.write(runs.map(runText).join('\n'));
  return EXIT.ok;
}

function writeJson({ stdout }: CliContext, value: unknown): void {
  stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

function refused({ stderr }: CliContext, answer: GatewayAnswer): number {
  stderr.write(`${problemText(answer)}\n`);
  return exitCodeOfStatus(answer.status);
}
