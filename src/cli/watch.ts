import { sleep } from '../base/clock.ts';
import { formatQuality, formatSample } from '../telemetry/format-value.ts';
import type { Sample } from '../telemetry/sample.ts';
import type { CommandInput, CommandSpec } from './command.ts';
import type { CliContext } from './context.ts';
import { EXIT } from './exit-code.ts';
import { LiveScreen } from './live-screen.ts';
import { exitCode, explainFailures } from './read.ts';
import { resolveQueries, samplesOf, type Query } from './query.ts';
import {
  TARGET_OPTIONS,
  VALUE_OPTIONS,
  durationOption,
  readingOptions,
  wholeOption,
  type ReadingOptions,
} from './reading-options.ts';
import { render } from './render.ts';
import { sparkline } from './sparkline.ts';
import { renderTable } from './table.ts';

/** Readings kept for the little curve beside each value. */
const TREND_LENGTH = 24;

export const watchCommand: CommandSpec = {
  name: 'watch',
  summary: 'Read again and again; a table that changes in place, or lines when piped',
  args: '<target> [items...]',
  options: [
    ...TARGET_OPTIONS,
    ...VALUE_OPTIONS,
    { flags: '-i, --interval <time>', help: 'time from one reading to the next (default 1s)' },
    { flags: '-l, --interval-ms <ms>', help: 'the same in milliseconds' },
    { flags: '-n, --count <n>', help: 'stop after so many readings' },
  ],
  examples: [
    'dinrail watch 192.168.1.50 hr:0+8',
    'dinrail watch 192.168.1.50 -p schneider/pm8000 -i 5s -f csv > meter.csv',
  ],
  run: watch,
};

async function watch(context: CliContext, input: CommandInput): Promise<number> {
  const options = readingOptions(input);
  const intervalMs =
    durationOption(input, 'interval') ?? wholeOption(input, 'intervalMs', 1, 86_400_000) ?? 1000;
  const rounds = wholeOption(input, 'count', 1, 1_000_000_000) ?? Infinity;
  const queries = await resolveQueries(context, input);
  const show = presenter(context, options, queries);
  const { clock, signal } = context;
  let code: number = EXIT.ok;
  try {
    const startedAt = clock.now();
    for (let round = 0; round < rounds; round += 1) {
      const results = [];
      for (const query of queries) results.push({ query, readings: await query.read() });
      show(results.flatMap(({ query, readings }) => samplesOf(query, readings)));
      if (!context.stdout.isTerminal) {
        for (const { query, readings } of results)
          explainFailures(context, query, readings, options);
      }
      code = exitCode(results.flatMap(({ readings }) => readings));
      if (round + 1 === rounds) break;
      // The grid of the start: a slow reading shortens the pause, and a very slow one skips a place.
      const next =
        startedAt + intervalMs * Math.ceil((clock.now() - startedAt + 0.001) / intervalMs);
      await sleep(clock, next - clock.now(), signal);
    }
    return code;
  } finally {
    for (const { client } of queries) client.close();
  }
}

type Show = (samples: readonly Sample[]) => void;

function presenter(
  { stdout }: CliContext,
  { format, formatTime }: ReadingOptions,
  queries: readonly Query[],
): Show {
  if (format === 'table' && stdout.isTerminal) return liveTable(new LiveScreen(stdout), formatTime);
  const words = queries.every((query) => query.words);
  let headed = false;
  return (samples) => {
    const lines = render(samples, {
      format: format === 'table' ? 'line' : format,
      formatTime,
      words,
    });
    // Many readings are one file: its head line comes once.
    const body = format === 'csv' && headed ? lines.slice(1) : lines;
    headed = true;
    stdout.write(body.map((line) => `${line}\n`).join(''));
  };
}

/** A table in place: what changed since the last reading is marked, with a little curve of the latest. */
function liveTable(screen: LiveScreen, formatTime: (micros: number) => string): Show {
  const trends = new Map<string, number[]>();
  const before = new Map<string, Sample['value']>();
  return (samples) => {
    const rows = samples.map((sample) => {
      const { id, name, label } = sample.point;
      const changed = before.has(id) && before.get(id) !== sample.value;
      before.set(id, sample.value);
      const trend = trends.get(id) ?? [];
      trends.set(id, trend);
      if (typeof sample.value === 'number') trend.push(sample.value);
      if (trend.length > TREND_LENGTH) trend.shift();
      return [
        name,
        formatSample(sample),
        changed ? '*' : ' ',
        sparkline(trend),
        sample.quality === 'good' ? (label ?? '') : formatQuality(sample),
      ];
    });
    const at = samples.reduce((latest, sample) => Math.max(latest, sample.at), 0);
    const columns = [
      { title: '' },
      { title: '', align: 'right' as const },
      { title: '' },
      { title: '' },
      { title: '' },
    ];
    screen.draw([formatTime(at), ...renderTable(columns, rows).slice(1)]);
  };
}
