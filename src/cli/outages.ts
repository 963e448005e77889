import type { OutageJson } from '../api/contract.ts';
import { formatDuration } from '../base/duration.ts';
import { hasOption, textOption, type CommandSpec } from './command.ts';
import { EXIT, exitCodeOfStatus } from './exit-code.ts';
import { GATEWAY_OPTION, GatewayClient, TOKEN_OPTION } from './gateway-client.ts';
import { problemText } from './gateway-problem.ts';
import { renderTable } from './table.ts';

export const outagesCommand: CommandSpec = {
  name: 'outages',
  summary:
    'Ask the running gateway for its outage reports: last value before, first after, how long',
  options: [
    { flags: '--since <time>', help: 'those that ended since: ISO time, or so long ago: -7d' },
    { flags: '--json', help: 'as JSON' },
    ...[GATEWAY_OPTION, TOKEN_OPTION],
  ],
  examples: ['dinrail outages', 'dinrail outages --since -7d --json'],
  async run(context, input) {
    const since = textOption(input, 'since');
    const query = since === undefined ? '' : `?since=${encodeURIComponent(since)}`;
    const answer = await new GatewayClient(context, input).get(`/api/v1/outages${query}`);
    if (answer.status !== 200) {
      context.stderr.write(`${problemText(answer)}\n`);
      return exitCodeOfStatus(answer.status);
    }
    if (hasOption(input, 'json')) {
      context.stdout.write(`${answer.body}\n`);
      return EXIT.ok;
    }
    const outages = JSON.parse(answer.body) as readonly OutageJson[];
    const lines = outages.length === 0 ? ['no outages'] : outageLines(outages);
    context.stdout.write(lines.map((line) => `${line}\n`).join(''));
    return EXIT.ok;
  },
};

const REASONS = {
  'gateway-off': 'gateway was off',
  'device-silent': 'device silent',
  both: 'gateway off, device silent',
} as const;

const COLUMNS = [
  ...['point', 'until', 'before'].map((title) => ({ title })),
  ...['back at', 'after', 'lasted', 'lowest', 'highest', 'reason'].map((title) => ({ title })),
];

/** A table of reports, the newest last. */
export function outageLines(outages: readonly OutageJson[]): readonly string[] {
  const rows = outages.map((outage) => {
    const { device, point, before, after, seconds, unit, reason, settling } = outage;
    const withUnit = (value: number | string | boolean | undefined): string =>
      value === undefined ? '—' : `${value}${unit === undefined ? '' : ` ${unit}`}`;
    return [
      ...[`${device}.${point}`, time(before.time), withUnit(before.value)],
      ...[time(after.time), withUnit(after.value), lasted(seconds)],
      ...[withUnit(outage.lowest), withUnit(outage.highest)],
      `${REASONS[reason]}${settling ? ', settling' : ''}${clock(outage)}`,
    ];
  });
  return renderTable(COLUMNS, rows);
}

function lasted(seconds: number | null): string {
  return seconds === null ? 'unknown' : formatDuration(seconds * 1000);
}

/** A calendar that was set makes the times beside it look wrong. */
function clock({ clockSeconds, seconds }: OutageJson): string {
  if (clockSeconds !== undefined) {
    const sign = clockSeconds < 0 ? 'back' : 'forward';
    return `, the clock was set ${sign} by ${formatDuration(Math.abs(clockSeconds) * 1000)}`;
  }
  return seconds === null ? ', the clock was set back' : '';
}

/** `2026-02-27 10:37:29`, as people read it. */
function time(iso: string): string {
  return iso.slice(0, 19).replace('T', ' ');
}
