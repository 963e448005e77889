import type { AlarmEventJson, AlarmJson } from '../api/contract.ts';
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
  readonly id: string;
}

const ACTIONS: Readonly<Record<string, (call: Call) => Promise<number>>> = {
  list: listAlarms,
  journal: showJournal,
  ack: async (call) => answer(call, 'ack', { comment: textOption(call.input, 'comment') }),
  shelve: async (call) =>
    answer(call, 'shelve', {
      for: textOption(call.input, 'for') ?? '',
      reason: textOption(call.input, 'reason') ?? '',
    }),
  unshelve: async (call) => answer(call, 'unshelve', {}),
};

export const alarmsCommand: CommandSpec = {
  name: 'alarms',
  summary:
    'Show and answer the alarms of the running gateway: list, journal, ack, shelve, unshelve',
  args: '[list|journal|ack|shelve|unshelve] [id]',
  argChoices: Object.keys(ACTIONS),
  options: [
    { flags: '--all', help: 'with list: also those that are normal' },
    { flags: '--comment <text>', help: 'with ack: what is to be remembered' },
    { flags: '--for <time>', help: 'with shelve: for how long, such as 1h; at most 7d' },
    { flags: '--reason <text>', help: 'with shelve: why' },
    { flags: '--json', help: 'as JSON' },
    ...[GATEWAY_OPTION, TOKEN_OPTION],
  ],
  examples: [
    'dinrail alarms',
    'dinrail alarms journal',
    'dinrail alarms ack furnace1.pv.hi --comment "door was open"',
    'dinrail alarms shelve furnace1.pv.hi --for 1h --reason "sensor is replaced"',
  ],
  async run(context, input) {
    const [word = 'list', id = ''] = input.args;
    const action = actionOf('alarms', ACTIONS, word);
    if (id === '' && word !== 'list' && word !== 'journal') {
      throw new UsageError(`which alarm? dinrail alarms ${word} ID`);
    }
    return action({ context, input, id, gateway: new GatewayClient(context, input) });
  },
};

/** The exit code says whether something is active, so that a script can ask. */
async function listAlarms({ context, input, gateway }: Call): Promise<number> {
  const found = await gateway.get('/api/v1/alarms');
  if (found.status !== 200) return refused(context, found);
  const all = JSON.parse(found.body) as readonly AlarmJson[];
  const shown = hasOption(input, 'all') ? all : all.filter(({ state }) => state !== 'normal');
  if (hasOption(input, 'json')) context.stdout.write(`${JSON.stringify(shown, null, 2)}\n`);
  else context.stdout.write(listText(shown));
  return all.some(({ state }) => state.startsWith('active')) ? EXIT.partly : EXIT.ok;
}

function listText(alarms: readonly AlarmJson[]): string {
  if (alarms.length === 0) return 'no alarms\n';
  const columns = ['PRIORITY', 'STATE', 'ID', 'TEXT', 'VALUE', 'NOW', 'SINCE', ''];
  const rows = alarms.map((alarm) => [
    ...[alarm.priority, alarm.state, alarm.id, alarm.text],
    ...[valueText(alarm.value, alarm.unit), valueText(alarm.now, alarm.unit)],
    ...[alarm.raised ?? '–', remark(alarm)],
  ]);
  return `${renderTable(
    columns.map((title) => ({ title })),
    rows,
  ).join('\n')}\n`;
}

function remark({ uncertain, acked, shelved }: AlarmJson): string {
  const remarks = [
    uncertain && 'not certain: its value is not good',
    shelved && `until ${shelved.until}, ${shelved.by}: ${shelved.reason}`,
    acked && `${acked.by}${acked.comment === undefined ? '' : `: ${acked.comment}`}`,
  ];
  return remarks.filter((text) => text !== undefined).join('; ');
}

function valueText(value: AlarmJson['value'], unit: string | undefined): string {
  if (value === undefined || value === null) return '–';
  return unit === undefined ? String(value) : `${String(value)} ${unit}`;
}

async function showJournal({ context, input, gateway, id }: Call): Promise<number> {
  const query = id === '' ? '' : `?alarm=${encodeURIComponent(id)}`;
  const found = await gateway.get(`/api/v1/alarms/journal${query}`);
  if (found.status !== 200) return refused(context, found);
  const events = JSON.parse(found.body) as readonly AlarmEventJson[];
  if (hasOption(input, 'json')) context.stdout.write(`${JSON.stringify(events, null, 2)}\n`);
  else context.stdout.write(journalText(events));
  return EXIT.ok;
}

function journalText(events: readonly AlarmEventJson[]): string {
  if (events.length === 0) return 'nothing has happened\n';
  const columns = ['TIME', 'EVENT', 'PRIORITY', 'ID', 'TEXT', 'VALUE', 'BY'];
  const rows = events.map(({ time, type, priority, alarm, text, value, unit, by, comment }) => [
    ...[time, type, priority, alarm, text, valueText(value, unit)],
    [by, comment].filter((part) => part !== undefined).join(': '),
  ]);
  return `${renderTable(
    columns.map((title) => ({ title })),
    rows,
  ).join('\n')}\n`;
}

async function answer({ context, gateway, id }: Call, verb: string, body: object): Promise<number> {
  const path = `/api/v1/alarms/${encodeURIComponent(id)}/${verb}`;
  const found = await gateway.post(path, body);
  if (found.status !== 200) return refused(context, found);
  const { state } = JSON.parse(found.body) as AlarmJson;
  context.stdout.write(`${id} is ${state}\n`);
  return EXIT.ok;
}

function refused(context: CliContext, found: GatewayAnswer): number {
  context.stderr.write(`${problemText(found)}\n`);
  return exitCodeOfStatus(found.status);
}
