import type { CliContext } from './context.ts';
import { describeError } from '../base/errors.ts';
import { clientFor } from '../client/client-for.ts';
import type { DeviceConfig, SiteConfig } from '../config/site-config.ts';
import { loadSite } from '../config/load-site.ts';
import { realFiles, type FileAccess } from '../config/file-access.ts';
import { formatIssues } from '../config/format-issues.ts';
import { ReadSet, type Reading } from '../engine/read-once.ts';
import { planOf } from '../gateway/lines.ts';
import { planReads } from '../profile/read-plan.ts';
import { parseEndpoint } from '../transport/endpoint.ts';
import { readingText } from './fingerprint.ts';
import { ConfigError, profileFolders } from './load.ts';

/** Checks the text as if it were in the file already. Throws ConfigError when it has a mistake. */
export async function checkText(
  context: CliContext,
  file: string,
  text: string,
): Promise<SiteConfig> {
  const files: FileAccess = {
    ...realFiles,
    read: async (path) => (path === file ? new TextEncoder().encode(text) : realFiles.read(path)),
  };
  const { site, issues } = await loadSite(file, {
    ...{ env: context.env, profilesDirs: profileFolders(context), files },
  });
  const errors = issues.filter(({ severity }) => severity === 'error');
  if (errors.length > 0)
    context.stderr.write(formatIssues(errors, { color: context.stderr.isTerminal }));
  if (site === undefined)
    throw new ConfigError('nothing was written: dinrail check would refuse it');
  return site;
}

/** Values of a device that are shown: enough to compare with its display. */
const SHOWN = 4;

/** Reads every device once and says on stderr what it answers. Gives the names of those that do not. */
export async function tryDevices(
  context: CliContext,
  { devices, lines }: SiteConfig,
): Promise<readonly string[]> {
  const failed: string[] = [];
  for (const device of devices) {
    const endpoint = lines.find(({ name }) => name === device.line)?.endpoint ?? device.line;
    const readings = await readOnce(context, device, endpoint);
    const texts = readings.flatMap((reading) => readingText(reading) ?? []);
    if (texts.length === 0) failed.push(device.name);
    context.stderr.write(
      `${device.name}  ${texts.length === 0 ? problem(readings) : shown(texts)}\n`,
    );
  }
  return failed;
}

async function readOnce(
  { clock, signal }: CliContext,
  device: DeviceConfig,
  url: string,
): Promise<readonly Reading[]> {
  const { unit, points, timeoutMs } = device;
  const endpoint = parseEndpoint(url);
  const client = clientFor(endpoint, { clock });
  try {
    const reads = planReads(
      points.map(({ point }) => point),
      planOf(device, endpoint, 0),
    );
    return await new ReadSet(client, unit, reads, { clock, timeoutMs, retries: 1, signal }).read();
  } finally {
    client.close();
  }
}

function shown(texts: readonly string[]): string {
  const more = texts.length > SHOWN ? `, and ${texts.length - SHOWN} more` : '';
  return `${texts.slice(0, SHOWN).join(', ')}${more}`;
}

function problem([first]: readonly Reading[]): string {
  if (first === undefined) return 'has no points';
  return `does not answer: ${first.error === undefined ? (first.cause ?? 'no value') : describeError(first.error)}`;
}
