import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../base/errors.ts';
import { loadSite } from '../config/load-site.ts';
import type { SiteConfig } from '../config/site-config.ts';
import { polledLines } from '../gateway/lines.ts';
import { parseEndpoint } from '../transport/endpoint.ts';
import { hasOption, type CommandInput, type CommandSpec } from './command.ts';
import type { CliContext } from './context.ts';
import { checkDevices, checkPorts, type DeviceToAsk } from './doctor/check-network.ts';
import { checkSerial } from './doctor/check-serial.ts';
import { checkDisk, checkFileSink, checkProgram, checkTime } from './doctor/check-system.ts';
import { linuxProbe } from './doctor/linux-probe.ts';
import type { Finding, SystemProbe } from './doctor/system-probe.ts';
import { EXIT } from './exit-code.ts';
import { profileFolders } from './load.ts';

export const doctorCommand: CommandSpec = {
  name: 'doctor',
  summary: 'Say why it does not work: ports, permissions, devices, clock, disk',
  args: '[file]',
  options: [
    { flags: '--json', help: 'the findings as JSON' },
    { flags: '--offline', help: 'ask no device' },
  ],
  examples: ['dinrail doctor', 'dinrail doctor /etc/dinrail/gateway.yaml', 'dinrail doctor --json'],
  run: doctor,
};

const DEFAULT_FILE = 'gateway.yaml';

async function doctor(context: CliContext, input: CommandInput): Promise<number> {
  const [named] = input.args;
  const file = named ?? DEFAULT_FILE;
  const isThere = existsSync(join(context.cwd, file)) || existsSync(file);
  if (!isThere && named !== undefined) throw new UsageError(`there is no ${file}`);
  if (!isThere) context.stderr.write(`no ${DEFAULT_FILE} here: only this computer is looked at\n`);
  const { site, findings: ofFile } = isThere ? await readSite(context, file) : { findings: [] };
  const options = { isOffline: hasOption(input, 'offline'), ownPid: context.pid };
  const findings = [...ofFile, ...(await examine(linuxProbe(context), site, options))];
  const { stdout } = context;
  if (hasOption(input, 'json')) stdout.write(`${JSON.stringify(findings, undefined, 2)}\n`);
  else for (const line of findingLines(findings)) stdout.write(`${line}\n`);
  return findings.some(({ mark }) => mark === 'failure') ? EXIT.other : EXIT.ok;
}

async function readSite(
  context: CliContext,
  file: string,
): Promise<{ readonly site?: SiteConfig; readonly findings: readonly Finding[] }> {
  const options = { env: context.env, profilesDirs: profileFolders(context) };
  const { site, issues } = await loadSite(file, options);
  const errors = issues.filter(({ severity }) => severity === 'error').length;
  if (site !== undefined) return { site, findings: [{ area: 'config', mark: 'ok', text: `${file} is good` }] }; // prettier-ignore
  const text = `${file} has ${errors} mistake${errors === 1 ? '' : 's'}: nothing in it can be looked at`;
  return { findings: [{ area: 'config', mark: 'failure', text, fix: `dinrail check ${file}` }] };
}

export interface ExamineOptions {
  readonly isOffline: boolean;
  readonly ownPid?: number;
}

/** Everything that can be looked at, of the computer and of the site. */
export async function examine(
  probe: SystemProbe,
  site: SiteConfig | undefined,
  { isOffline, ownPid }: ExamineOptions,
): Promise<readonly Finding[]> {
  const paths = site === undefined ? undefined : serialPaths(site);
  const serial = await checkSerial(probe, paths, ownPid);
  const sick = serial.some(({ mark }) => mark === 'failure');
  const asked = site === undefined || isOffline ? [] : devicesOf(site);
  // A port that cannot be opened has been told of already, and one that is in use must not be disturbed.
  const isBusy = sick || serial.some(({ text }) => text.includes('used by dinrail itself'));
  const reachable = asked.filter(({ endpoint }) => !(isBusy && endpoint.startsWith('serial:')));
  const findings = [
    ...serial,
    ...(await checkDevices(probe, reachable)),
    ...(site === undefined ? [] : await checkPorts(probe, listenersOf(site), ownPid)),
    ...(site === undefined ? [] : await checkSinks(probe, site)),
    await checkTime(probe),
    ...(site?.data === undefined ? [] : [await checkDisk(probe, site.data)]),
    ...(await checkProgram(probe, (paths ?? []).length > 0)),
  ];
  return findings;
}

function serialPaths({ lines, servers }: SiteConfig): readonly string[] {
  const ours = servers.flatMap((server) => (server.type === 'modbus-rtu' ? [server] : []));
  return [...polledLines(lines), ...ours].flatMap(({ endpoint }) => {
    const parsed = parseEndpoint(endpoint);
    return parsed.kind === 'serial' ? [parsed.path] : [];
  });
}

function devicesOf({ devices, lines }: SiteConfig): readonly DeviceToAsk[] {
  const asked = devices.filter(({ written, heard }) => !(written ?? heard));
  return asked.map(({ name, line, unit, timeoutMs }) => {
    const endpoint = lines.find((one) => one.name === line)?.endpoint ?? line;
    return { name, endpoint, unit, timeoutMs };
  });
}

function listenersOf({ web, servers }: SiteConfig): readonly { what: string; port: number }[] {
  return [
    ...(web.listen === undefined ? [] : [{ what: 'web', port: web.listen.port }]),
    ...servers.flatMap((server) => {
      if (!('listen' in server)) return [];
      const { name, listen } = server;
      const tls = server.type === 'modbus-tcp' ? server.tls : undefined;
      return [
        { what: `server ${name}`, port: listen.port },
        ...(tls === undefined ? [] : [{ what: `server ${name} (TLS)`, port: tls.listen.port }]),
      ];
    }),
  ];
}

async function checkSinks(probe: SystemProbe, { sinks }: SiteConfig): Promise<readonly Finding[]> {
  const files = sinks.flatMap((sink) => (sink.type === 'jsonl' ? [sink] : []));
  return Promise.all(files.map(async ({ name, path }) => checkFileSink(probe, name, path)));
}

const MARKS: Readonly<Record<Finding['mark'], string>> = { ok: '✓', warning: '!', failure: '✗' };

/** The findings, each area named once where it begins, and a line that counts them. */
export function findingLines(findings: readonly Finding[]): readonly string[] {
  const width = Math.max(...findings.map(({ area }) => area.length)) + 2;
  const lines = findings.flatMap(({ area, mark, text, fix }, index) => {
    const head = findings[index - 1]?.area === area ? '' : area;
    return [
      `${head.padEnd(width)}${MARKS[mark]} ${text}`,
      ...(fix === undefined ? [] : [`${' '.repeat(width + 2)}fix:  ${fix}`]),
    ];
  });
  const count = (mark: Finding['mark']): number =>
    findings.filter((finding) => finding.mark === mark).length;
  const warnings = count('warning');
  return [
    ...lines,
    `${findings.length} checks, ${count('failure')} failed, ${warnings} warning${warnings === 1 ? '' : 's'}`,
  ];
}
