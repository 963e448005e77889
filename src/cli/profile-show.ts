import { UsageError } from '../base/errors.ts';
import { formatDuration } from '../base/duration.ts';
import { formatAddress, formatType } from '../profile/format.ts';
import type { RegisterPoint, Scale } from '../profile/point.ts';
import type { Profile } from '../profile/profile.ts';
import { decideGap } from '../profile/gap-cost.ts';
import { planReads } from '../profile/read-plan.ts';
import { hasOption, type CommandInput } from './command.ts';
import type { CliContext } from './context.ts';
import { EXIT } from './exit-code.ts';
import { usableProfile, withTypedParams } from './profile-files.ts';
import { renderTable } from './table.ts';

/** `dinrail profile show NAME`: what a profile says, with everything filled in. */
export async function showProfile(context: CliContext, input: CommandInput): Promise<number> {
  const [name, ...more] = input.args;
  if (name === undefined || more.length > 0) {
    throw new UsageError('which profile? One name, or the path of a .yaml file');
  }
  const profile = withTypedParams(await usableProfile(context, name), input);
  const { stdout } = context;
  if (hasOption(input, 'json')) {
    stdout.write(`${JSON.stringify(profile, plainly, 2)}\n`);
    return EXIT.ok;
  }
  const parts = [head(profile), params(profile), points(profile), computed(profile)];
  const text = parts.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
  stdout.write(`${text.join('\n\n')}\n`);
  return EXIT.ok;
}

/** Maps as objects, 64-bit integers as text. */
function plainly(_: string, value: unknown): unknown {
  if (value instanceof Map) return Object.fromEntries(value as Map<string, unknown>);
  return typeof value === 'bigint' ? value.toString() : value;
}

function head(profile: Profile): readonly string[] {
  const { id, label, vendor, models, source, doc, serial, addressing, order } = profile;
  const { registers, bits, gap, strategy } = profile.plan;
  const block = `${registers} registers or ${bits} bits at once`;
  const through = gap === 'auto' ? 'as cost less than a request' : `of ${gap}`;
  const gaps = strategy === 'greedy' ? 'of any length' : through;
  const lines: readonly (readonly [string, string | undefined])[] = [
    ['vendor', vendor],
    ['models', models.length === 0 ? undefined : models.join(', ')],
    ['source', source],
    ['note', doc],
    [
      'addresses',
      addressing === 'pdu' ? undefined : `${addressing} in its list; here as on the wire`,
    ],
    ['order', order === 'ABCD' ? undefined : order],
    ['serial', serial],
    ['reads', `${block}, through gaps ${gaps}`],
    ['requests', requests(profile)],
  ];
  return [
    label === undefined ? id : `${id}  ${label}`,
    ...lines.flatMap(([title, text]) =>
      text === undefined ? [] : [`  ${title.padEnd(10)}${text}`],
    ),
  ];
}

/** How many requests each group takes: `fast every 2s: 2, slow every 30s: 2`. */
function requests({ points: all, groups, plan }: Profile): string | undefined {
  const names = [...new Set(all.map(({ group }) => group))];
  const parts = names.flatMap((group) => {
    const period = group === undefined ? undefined : (groups.get(group) ?? group);
    if (period === 'on-demand') return [];
    const reads = planReads(
      all.filter((point) => point.group === group),
      decideGap(plan),
    ).length;
    const every = typeof period === 'number' ? ` every ${formatDuration(period)}` : '';
    return [`${group ?? 'all others'}${every}: ${reads}`];
  });
  return parts.length === 0 ? undefined : parts.join(', ');
}

function params({ params: specs, paramValues }: Profile): readonly string[] {
  const rows = specs.map(({ name, label = '', choices, min, max }) => [
    name,
    String(paramValues.get(name)),
    choices?.join(' ') ?? `${min ?? ''}..${max ?? ''}`,
    label,
  ]);
  if (rows.length === 0) return [];
  const columns = [
    ...[{ title: 'param' }, { title: 'value', align: 'right' as const }],
    ...[{ title: 'possible' }, { title: 'what it is' }],
  ];
  return renderTable(columns, rows);
}

function points({ points: all }: Profile): readonly string[] {
  if (all.length === 0) return [];
  const columns = ['point', 'address', 'type', 'scale', 'unit', '', 'group', 'what it is'];
  return renderTable(
    columns.map((title) => ({ title })),
    all.map((point) => [
      point.name,
      formatAddress(point),
      formatType(point),
      formatScale(point.scale),
      point.unit ?? '',
      point.access === 'ro' ? '' : point.access,
      point.group ?? '',
      meaning(point),
    ]),
  );
}

function formatScale({ multiply, divide, offset }: Scale): string {
  const factor = [
    ...(multiply === 1 ? [] : [`*${multiply}`]),
    ...(divide === 1 ? [] : [`/${divide}`]),
    ...(offset === 0 ? [] : [offset < 0 ? String(offset) : `+${offset}`]),
  ];
  return factor.join(' ');
}

function meaning({ label = '', enum: names, valid }: RegisterPoint): string {
  const states = [...(names ?? [])].map(([value, state]) => `${value} ${state}`).join(', ');
  return [label, states, valid === undefined ? '' : `valid ${valid.join(' to ')}`]
    .filter((part) => part !== '')
    .join('; ');
}

function computed({ computed: all }: Profile): readonly string[] {
  if (all.length === 0) return [];
  const columns = ['computed', 'from', 'unit', 'what it is'];
  return renderTable(
    columns.map((title) => ({ title })),
    all.map(({ name, text, unit = '', label = '' }) => [name, text, unit, label]),
  );
}
