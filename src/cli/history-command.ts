import type { HistoryJson, HistorySeriesJson } from '../api/contract.ts';
import { UsageError } from '../base/errors.ts';
import { formatDuration } from '../base/duration.ts';
import { localIso, utcIso } from '../base/time-format.ts';
import { NO_VALUE } from '../telemetry/format-value.ts';
import { hasOption, textOption, type CommandSpec } from './command.ts';
import { EXIT, exitCodeOfStatus } from './exit-code.ts';
import { GATEWAY_OPTION, GatewayClient, TOKEN_OPTION } from './gateway-client.ts';
import { problemText } from './gateway-problem.ts';
import { renderTable } from './table.ts';

const FORMATS = ['table', 'csv', 'json'] as const;
type Format = (typeof FORMATS)[number];

/** As many lines as a person looks at. */
const DEFAULT_BUCKETS = '24';

export const historyCommand: CommandSpec = {
  name: 'history',
  summary: 'Ask the running gateway what points were: least, mean and most over time',
  args: '<device.point...>',
  options: [
    { flags: '--from <time>', help: 'ISO time, or so long ago: -24h (default), -90d' },
    { flags: '--to <time>', help: 'the same; default now' },
    { flags: '-n, --buckets <n>', help: `most lines per point (default ${DEFAULT_BUCKETS})` },
    { flags: '--step <time>', help: 'time from one line to the next: 1m, 15m, 1h' },
    { flags: '-f, --format <form>', help: 'table (default), csv or json', choices: FORMATS },
    { flags: '--utc', help: 'times in UTC instead of local time' },
    ...[GATEWAY_OPTION, TOKEN_OPTION],
  ],
  examples: [
    'dinrail history furnace1.pv',
    'dinrail history meter.power meter.energy --from -7d --step 1h -f csv > week.csv',
  ],
  async run(context, input) {
    if (input.args.length === 0) {
      throw new UsageError('which point? Name one or more, such as furnace1.pv');
    }
    const asked = new URLSearchParams({ points: input.args.join(',') });
    for (const name of ['from', 'to', 'step']) {
      const text = textOption(input, name);
      if (text !== undefined) asked.set(name, text);
    }
    const step = textOption(input, 'step');
    if (step === undefined) asked.set('buckets', textOption(input, 'buckets') ?? DEFAULT_BUCKETS);
    const answer = await new GatewayClient(context, input).get(
      `/api/v1/history?${asked.toString()}`,
    );
    if (answer.status !== 200) {
      context.stderr.write(`${problemText(answer)}\n`);
      return exitCodeOfStatus(answer.status);
    }
    const format = (textOption(input, 'format') ?? 'table') as Format;
    if (format === 'json') {
      context.stdout.write(`${answer.body}\n`);
      return EXIT.ok;
    }
    const { series } = JSON.parse(answer.body) as HistoryJson;
    const formatTime = hasOption(input, 'utc') ? utcIso : localIso;
    const lines = format === 'csv' ? csv(series, formatTime) : tables(series, formatTime);
    context.stdout.write(lines.map((line) => `${line}\n`).join(''));
    return EXIT.ok;
  },
};

type FormatTime = (micros: number) => string;

function csv(series: readonly HistorySeriesJson[], formatTime: FormatTime): string[] {
  const rows = series.flatMap(({ point, before, at, min, mean, max, last, count, bad }) => [
    ...beforeRow(point, before, formatTime),
    ...at.map((time, row) =>
      [
        formatTime(time * 1000),
        point,
        ...[min, mean, max, last].map((column) => csvField(String(column[row] ?? ''))),
        count[row],
        bad[row],
      ].join(','),
    ),
  ]);
  return ['time,point,min,mean,max,last,count,bad', ...rows];
}

/** What stood when the range began, as a row of its own time without a bucket. */
function beforeRow(
  point: string,
  before: HistorySeriesJson['before'],
  formatTime: FormatTime,
): readonly string[] {
  if (before === undefined || before.value === null) return [];
  const { at, value } = before;
  return [[formatTime(at * 1000), point, '', '', '', csvField(String(value)), 0, 0].join(',')];
}

/** RFC 4180, section 2. */
function csvField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const COLUMNS = [
  { title: 'time' },
  ...['min', 'mean', 'max', 'last', 'known', 'bad'].map((title) => ({
    title,
    align: 'right' as const,
  })),
];

function tables(series: readonly HistorySeriesJson[], formatTime: FormatTime): string[] {
  return series.flatMap((one, index) => {
    const { point, unit, step, before, at, min, mean, max, last, count, bad } = one;
    const head = `${point}${unit === undefined ? '' : ` in ${unit}`}, every ${formatDuration(step)}`;
    const rows = at.map((time, row) => [
      formatTime(time * 1000),
      ...[min, mean, max, last].map((column) => cell(column[row] ?? null, one.decimals)),
      String(count[row]),
      String(bad[row]),
    ]);
    const body = rows.length === 0 ? ['nothing was recorded'] : renderTable(COLUMNS, rows);
    const stood =
      before === undefined || before.value === null
        ? []
        : [`before: ${cell(before.value, one.decimals)} at ${formatTime(before.at * 1000)}`];
    return [...(index === 0 ? [] : ['']), head, ...stood, ...body];
  });
}

function cell(value: number | string | null, decimals: number | undefined): string {
  if (value === null) return NO_VALUE;
  if (typeof value === 'string') return value;
  return decimals === undefined ? String(Number(value.toPrecision(7))) : value.toFixed(decimals);
}
