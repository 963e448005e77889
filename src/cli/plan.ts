import { formatDuration } from '../base/duration.ts';
import { overloads, planSite, type CyclePlan, type LinePlan } from '../gateway/line-plan.ts';
import { planHeard, type HeardLinePlan } from '../gateway/heard-plan.ts';
import { hasOption, type CommandSpec } from './command.ts';
import { EXIT } from './exit-code.ts';
import { openSite } from './load.ts';
import { renderTable } from './table.ts';

export const planCommand: CommandSpec = {
  name: 'plan',
  summary: 'Show the requests that a site sends, their time, and the load of each line',
  args: '[file]',
  options: [{ flags: '--json', help: 'as JSON' }],
  async run(context, input) {
    const [file = 'gateway.yaml'] = input.args;
    const site = await openSite(context, file);
    const lines = planSite(site);
    const heard = planHeard(site);
    const blocks = [...lines.map(describe), ...heard.map(describeHeard)];
    context.stdout.write(
      hasOption(input, 'json')
        ? `${JSON.stringify([...lines, ...heard], undefined, 2)}\n`
        : blocks.map((block) => `${block.join('\n')}\n`).join('\n'),
    );
    if (lines.length === 0) context.stderr.write('no device is asked, so there is no plan\n');
    for (const reason of overloads(lines)) context.stderr.write(`${reason}\n`);
    return overloads(lines).length > 0 ? EXIT.config : EXIT.ok;
  },
};

function describe({ line, endpoint, requests, cycles, load }: LinePlan): readonly string[] {
  const rows = requests.map(({ device, unit, everyMs, start, count, points, gaps, ms }) => [
    device,
    String(unit),
    formatDuration(everyMs),
    start,
    String(count),
    String(points),
    String(gaps),
    ms === undefined ? '' : `${ms.toFixed(1)} ms`,
  ]);
  const columns = [
    { title: 'device' },
    { title: 'unit', align: 'right' },
    { title: 'every', align: 'right' },
    { title: 'from' },
    { title: 'count', align: 'right' },
    { title: 'points', align: 'right' },
    { title: 'gaps', align: 'right' },
    { title: 'time', align: 'right' },
  ] as const;
  const rate = requests.reduce((sum, { everyMs }) => sum + 1000 / everyMs, 0);
  const title = line === endpoint ? endpoint : `${line}  ${endpoint}`;
  const count = `${requests.length} ${requests.length === 1 ? 'request' : 'requests'}`;
  return [
    title,
    ...renderTable(columns, rows).map((text) => `  ${text}`),
    `  ${count}, ${Number(rate.toFixed(2))} per second${loadText(load)}`,
    ...cycles.filter(({ oneByOne }) => oneByOne > 1).map((cycle) => `  ${cycleText(cycle)}`),
  ];
}

function describeHeard({ line, endpoint, messages, requests }: HeardLinePlan): readonly string[] {
  const rows = messages.map(({ device, message, id, points, staleMs }) => [
    ...[device, id, message, String(points), formatDuration(staleMs)],
  ]);
  const columns = [
    ...[{ title: 'device' }, { title: 'id' }, { title: 'message' }],
    { title: 'points', align: 'right' },
    { title: 'stale after', align: 'right' },
  ] as const;
  const sent = requests.map(({ device, frame, everyMs, until }) => {
    const answer = until === undefined ? '' : ` until ${until} is heard`;
    return `  ${device} sends ${frame} every ${formatDuration(everyMs)}${answer}`;
  });
  const count = `${messages.length} ${messages.length === 1 ? 'message' : 'messages'}`;
  return [
    line === endpoint ? endpoint : `${line}  ${endpoint}`,
    ...(rows.length === 0 ? [] : renderTable(columns, rows).map((text) => `  ${text}`)),
    ...sent,
    `  ${count} heard, ${requests.length} sent`,
  ];
}

function cycleText({ device, requests, withoutGaps, oneByOne }: CyclePlan): string {
  const count = `${requests} ${requests === 1 ? 'request' : 'requests'}`;
  return `${device}: ${count} per cycle; ${withoutGaps} if no gap were read through, ${oneByOne} with one for each value`;
}

function loadText(load: number | undefined): string {
  if (load === undefined) return '';
  const percent = (load * 100).toFixed(load < 0.1 ? 1 : 0);
  return `, line ${percent} % busy`;
}
