import { GatewayError, UsageError, describeError } from '../base/errors.ts';
import { parseTarget } from '../transport/endpoint.ts';
import type { CliContext } from './context.ts';
import { findCandidates, usableProfiles, type Candidate } from './fingerprint.ts';
import {
  deviceName,
  devicesOfScan,
  parseSink,
  siteName,
  type PlannedDevice,
  type PlannedSink,
} from './init-text.ts';
import { probingClient } from './place.ts';
import { loadScan } from './scan-result.ts';

export type Ask = (question: string) => Promise<string>;

const RECOGNIZE_MS = 1000;

/** Questions 1 to 3: where is it, what is it, what shall it be called. */
export async function askForDevices(
  context: CliContext,
  ask: Ask,
): Promise<readonly PlannedDevice[]> {
  const place = await asked(
    ask,
    'Where is the device? A host, host:port or serial port, #7 behind it for unit 7; or "scan" for\nwhat the last scan has found: ',
  );
  if (place === 'scan') return devicesOfScan(await loadScan(context, 'last'));
  const [, target = '', unitText] = /^(.*?)(?:\s*#(\d{1,3}))?$/.exec(place) ?? [];
  if (target === '') throw new UsageError('without a device there is nothing to write down');
  const [endpoint, unit] = [parseTarget(target), Number(unitText ?? 1)];
  const [guess] = await recognize(context, endpoint.url, unit);
  if (guess !== undefined) {
    const { profile, confidence, reading } = guess;
    const value = reading === undefined ? '' : `: ${reading}`;
    context.stderr.write(`it looks like ${profile} (${confidence})${value}\n`);
  }
  const profile = await asked(
    ask,
    guess === undefined
      ? 'Which profile is it, such as schneider/pm8000? (empty: none) '
      : `Which profile is it? [${guess.profile}] `,
    guess?.profile,
  );
  const suggested = deviceName(profile);
  const name = await asked(ask, `What shall it be called? [${suggested}] `, suggested);
  return [{ name: siteName(name), unit, place: endpoint.url, ...(profile !== '' && { profile }) }];
}

async function recognize(
  context: CliContext,
  url: string,
  unit: number,
): Promise<readonly Candidate[]> {
  const client = probingClient(parseTarget(url), context);
  const { clock, signal, stderr } = context;
  try {
    await client.connect(signal);
    const options = { clock, unit, timeoutMs: RECOGNIZE_MS, signal };
    return await findCandidates(client, await usableProfiles(context), options);
  } catch (error) {
    if (signal.aborted || !(error instanceof GatewayError)) throw error;
    // It may be switched off today, and its owner knows what it is.
    stderr.write(`${describeError(error)}\n`);
    return [];
  } finally {
    client.close();
  }
}

/** Question 4. */
export async function askForSinks(ask: Ask): Promise<readonly PlannedSink[]> {
  const text = await asked(
    ask,
    'Where should values go besides the web page? console, jsonl, both or none [console] ',
    'console',
  );
  if (text === 'none') return [];
  return (text === 'both' ? ['console', 'jsonl'] : [text]).map(parseSink);
}

export async function isYes(ask: Ask, question: string, otherwise: 'y' | 'n'): Promise<boolean> {
  const answer = await asked(
    ask,
    `${question} ${otherwise === 'y' ? '[Y/n]' : '[y/N]'} `,
    otherwise,
  );
  return /^y/i.test(answer);
}

async function asked(ask: Ask, question: string, otherwise = ''): Promise<string> {
  const answer = (await ask(question)).trim();
  return answer === '' ? otherwise : answer;
}
