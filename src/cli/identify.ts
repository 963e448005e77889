import { ConnectError, UsageError } from '../base/errors.ts';
import { hasOption, type CommandInput, type CommandSpec } from './command.ts';
import type { CliContext } from './context.ts';
import { EXIT } from './exit-code.ts';
import { usableProfiles, type Candidate } from './fingerprint.ts';
import { identifyUnit, type Identity, type Outcome } from './identify-unit.ts';
import { placeOf, probingClient } from './place.ts';
import { probeUnit, type UnitResult } from './probe.ts';
import { TARGET_OPTIONS, readingOptions } from './reading-options.ts';
import { renderTable } from './table.ts';
import { traceTo } from './trace.ts';

export const identifyCommand: CommandSpec = {
  name: 'identify',
  summary: 'Find out which device answers: what it says of itself, and which profile fits',
  args: '<target>',
  options: [
    ...TARGET_OPTIONS.filter(({ flags }) => !/--(?:profile|retries)/.test(flags)),
    { flags: '--json', help: 'the result as JSON' },
  ],
  examples: ['dinrail identify 192.168.1.50', 'dinrail identify /dev/ttyUSB0 -u 7'],
  run: identify,
};

async function identify(context: CliContext, input: CommandInput): Promise<number> {
  const { units, timeoutMs, verbosity } = readingOptions(input);
  if (units.length > 1) throw new UsageError('identify asks one unit; scan finds many');
  const place = await placeOf(context, input, input.args[0] ?? '');
  const unit = place.unit ?? units[0] ?? 1;
  const { clock, signal, stdout, stderr } = context;
  const client = probingClient(place.endpoint, context, {
    ...(verbosity >= 3 && { trace: traceTo(context) }),
  });
  try {
    await client.connect(signal);
    const startedAt = clock.now();
    const probed = await probeUnit(client, unit, { clock, timeoutMs, signal });
    if (probed.kind !== 'answers') return unheard(context, place.name, unit, probed);
    const profiles = await usableProfiles(context);
    const identity = await identifyUnit(client, profiles, { clock, unit, timeoutMs, signal });
    const { requests } = client.counters;
    const elapsed = (clock.now() - startedAt).toFixed(0);
    stderr.write(
      `${`${place.name}  unit ${unit}`.padEnd(44)}  ${requests} requests  ${elapsed} ms\n`,
    );
    if (hasOption(input, 'json')) {
      stdout.write(`${JSON.stringify({ endpoint: place.endpoint.url, unit, ...identity }, undefined, 2)}\n`); // prettier-ignore
    } else {
      stdout.write(identityLines(identity).map((line) => `${line}\n`).join('')); // prettier-ignore
      advise(context, place.name, unit, identity);
    }
    return isKnown(identity) ? EXIT.ok : EXIT.other;
  } catch (error) {
    if (error instanceof ConnectError && error.cause instanceof ConnectError) throw error.cause;
    throw error;
  } finally {
    client.close();
  }
}

function unheard({ stderr }: CliContext, name: string, unit: number, probed: UnitResult): number {
  if (probed.kind === 'noise') {
    stderr.write(
      `${name}: ${probed.damaged} damaged answers from unit ${unit}: two devices on one id, ` +
        'missing termination, or wrong line settings\n',
    );
    return EXIT.damaged;
  }
  stderr.write(`${name}: nobody answers as unit ${unit}. Next: dinrail scan ${name}\n`);
  return EXIT.noAnswer;
}

function isKnown({ identification, sunspec, candidates }: Identity): boolean {
  return candidates.length > 0 || 'value' in identification || 'value' in sunspec;
}

/** One line per way of asking. */
export function identityLines(identity: Identity): readonly string[] {
  const { identification, serverId, sunspec, candidates } = identity;
  const rows = [
    ['device identification', outcomeText(identification, listed)],
    ['server id', outcomeText(serverId, (text) => text)],
    ['SunSpec', outcomeText(sunspec, listed)],
    ...(candidates.length === 0
      ? [['profile', 'none of those known fits']]
      : candidates.map((candidate) => ['profile', candidateText(candidate)])),
  ];
  return renderTable([{ title: '' }, { title: '' }], rows)
    .slice(1)
    .map((line) => `  ${line}`);
}

function outcomeText<Value>(outcome: Outcome<Value>, show: (value: Value) => string): string {
  return 'value' in outcome ? show(outcome.value) : outcome.problem;
}

function listed(texts: Readonly<Record<string, string>>): string {
  return Object.entries(texts)
    .filter(([, text]) => text !== '')
    .map(([name, text]) => `${name} ${text}`)
    .join(', ');
}

function candidateText({ profile, label, confidence, checks, reading }: Candidate): string {
  const checked = checks === 0 ? 'by its name' : `${checks} of ${checks} checks`;
  return [profile, `${confidence} (${checked})`, reading, label]
    .filter((part) => part !== undefined)
    .join('   ');
}

function advise(
  { stderr }: CliContext,
  name: string,
  unit: number,
  { candidates }: Identity,
): void {
  const [best] = candidates;
  const unitFlag = unit === 1 ? '' : ` -u ${unit}`;
  stderr.write(
    best === undefined
      ? `look at its registers:  dinrail scan ${name}${unitFlag} --registers\n`
      : `read it:  dinrail read ${name}${unitFlag} --profile ${best.profile}\n`,
  );
}
