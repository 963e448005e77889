import {
  ConnectError,
  ConnectionLostError,
  GatewayError,
  ModbusExceptionError,
  RequestTimeoutError,
  describeError,
} from '../base/errors.ts';
import type { ModbusClient } from '../client/client.ts';
import {
  IDENTIFICATION_OBJECTS,
  readDeviceIdentification,
  type IdentificationObject,
} from '../codec/pdu/read-device-identification.ts';
import { readHoldingRegisters } from '../codec/pdu/read-registers.ts';
import { reportServerId } from '../codec/pdu/report-server-id.ts';
import type { Profile } from '../profile/profile.ts';
import { findCandidates, type AskOptions, type Candidate } from './fingerprint.ts';

/** What a unit says of itself, and what it looks like. */
export interface Identity {
  /** Texts of FC 43/14 by name, such as `vendor`. */
  readonly identification: Outcome<Readonly<Record<string, string>>>;
  /** Texts in the answer to FC 17; the rest of it only its maker understands. */
  readonly serverId: Outcome<string>;
  readonly sunspec: Outcome<Readonly<Record<string, string>>>;
  /** The surest first. */
  readonly candidates: readonly Candidate[];
}

/** What was found, or in words why not. */
export type Outcome<Value> = { readonly value: Value } | { readonly problem: string };

/** Asks everything that may tell what a device is. Rejects with the signal's reason alone. */
export async function identifyUnit(
  client: ModbusClient,
  profiles: readonly Profile[],
  options: AskOptions,
): Promise<Identity> {
  const identification = await attempt(options, async () => deviceTexts(client, options));
  const serverId = await attempt(options, async () => serverText(client, options));
  const sunspec = await attempt(options, async () => sunspecTexts(client, options));
  const says = [
    ...('value' in identification ? Object.values(identification.value) : []),
    ...('value' in serverId ? [serverId.value] : []),
    ...('value' in sunspec ? Object.values(sunspec.value) : []),
  ];
  const found = await attempt(options, async () => findCandidates(client, profiles, options, says));
  return { identification, serverId, sunspec, candidates: 'value' in found ? found.value : [] };
}

/** The short way, for many devices on one line: what a device calls itself, and the profiles. */
export async function recognizeUnit(
  client: ModbusClient,
  profiles: readonly Profile[],
  options: AskOptions,
): Promise<{ readonly name?: string; readonly candidates: readonly Candidate[] }> {
  const identification = await attempt(options, async () => deviceTexts(client, options));
  const says = 'value' in identification ? Object.values(identification.value) : [];
  const candidates = await findCandidates(client, profiles, options, says);
  const name = 'value' in identification ? nameOf(identification.value) : undefined;
  return { ...(name !== undefined && { name }), candidates };
}

/** `Acme EM330`, from the texts of FC 43/14. */
export function nameOf(texts: Readonly<Record<string, string>>): string | undefined {
  const parts = [texts['vendor'], texts['product name'] ?? texts['product code']];
  const name = parts.filter((part) => part !== undefined && part !== '').join(' ');
  return name === '' ? undefined : name;
}

async function attempt<Value>(
  { signal }: AskOptions,
  ask: () => Promise<Value | undefined>,
): Promise<Outcome<Value>> {
  try {
    const value = await ask();
    return value === undefined ? { problem: 'no' } : { value };
  } catch (error) {
    if (signal?.aborted === true) throw signal.reason;
    if (!(error instanceof GatewayError)) throw error;
    return { problem: problemOf(error) };
  }
}

function problemOf(error: GatewayError): string {
  if (error instanceof ModbusExceptionError && error.exception === 1) return 'not supported';
  if (error instanceof ModbusExceptionError) return `no (exception ${error.exception})`;
  if (error instanceof RequestTimeoutError) return 'no answer';
  if (error instanceof ConnectError || error instanceof ConnectionLostError) {
    return 'the device hung up';
  }
  return describeError(error);
}

/** A device that sends us on and on is asked no more often than this. */
const MAX_PARTS = 16;
const EXTENDED_FROM = 0x80;

async function deviceTexts(
  client: ModbusClient,
  options: AskOptions,
): Promise<Readonly<Record<string, string>>> {
  const objects = await categoryObjects(client, options, 1);
  // Most devices know the basic three alone, and some answer nothing at all to a question for more.
  const more =
    objects.conformity >= 2
      ? await categoryObjects(client, options, 2).catch(() => undefined)
      : undefined;
  const all = [...objects.list, ...(more?.list ?? [])];
  return Object.fromEntries(all.map(({ id, value }) => [objectName(id), textOf(value)]));
}

async function categoryObjects(
  client: ModbusClient,
  { unit, timeoutMs, signal }: AskOptions,
  category: 1 | 2,
): Promise<{ conformity: number; list: readonly IdentificationObject[] }> {
  const list: IdentificationObject[] = [];
  let objectId = category === 1 ? 0 : 3;
  for (let part = 0; part < MAX_PARTS; part += 1) {
    const { conformity, nextObjectId, objects } = await client.request(
      readDeviceIdentification,
      unit,
      { category, objectId },
      { timeoutMs, ...(signal !== undefined && { signal }) },
    );
    list.push(...objects);
    if (nextObjectId === undefined) return { conformity: conformity & 0x7f, list };
    objectId = nextObjectId;
  }
  return { conformity: 1, list };
}

function objectName(id: number): string {
  if (id >= EXTENDED_FROM) return `object ${id}`;
  return IDENTIFICATION_OBJECTS[id] ?? `object ${id}`;
}

/** The printable part; devices pad with NULs and spaces. */
function textOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) =>
    byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : ' ',
  )
    .join('')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

async function serverText(client: ModbusClient, options: AskOptions): Promise<string> {
  const { unit, timeoutMs, signal } = options;
  const data = await client.request(reportServerId, unit, undefined, {
    timeoutMs,
    ...(signal !== undefined && { signal }),
  });
  const hex = Buffer.from(data)
    .toString('hex')
    .replaceAll(/(..)(?=.)/g, '$1 ');
  const text = textOf(data);
  // A single letter among the bytes is an id more likely than a name.
  return text.length > 1 ? text : hex;
}

/** Where the map of a SunSpec device may begin; there is no fourth place. */
const SUNSPEC_STARTS = [40_000, 50_000, 0];
const SUNSPEC_MARK = [0x5375, 0x6e53];
/** The mark, the head of the common model and its texts. */
const COMMON_SIZE = 68;

const COMMON_TEXTS = [
  ['manufacturer', 4, 16],
  ['model', 20, 16],
  ['options', 36, 8],
  ['version', 44, 8],
  ['serial number', 52, 16],
] as const;

async function sunspecTexts(
  client: ModbusClient,
  { unit, timeoutMs, signal }: AskOptions,
): Promise<Readonly<Record<string, string>> | undefined> {
  const options = { timeoutMs, ...(signal !== undefined && { signal }) };
  for (const start of SUNSPEC_STARTS) {
    const mark = await client
      .request(readHoldingRegisters, unit, { start, count: 2 }, options)
      .catch((error: unknown) => {
        if (error instanceof ModbusExceptionError) return [];
        throw error;
      });
    if (mark[0] !== SUNSPEC_MARK[0] || mark[1] !== SUNSPEC_MARK[1]) continue;
    const words = await client.request(
      readHoldingRegisters,
      unit,
      { start, count: COMMON_SIZE },
      options,
    );
    const texts = COMMON_TEXTS.map(([name, at, count]) => [name, wordsText(words, at, count)]);
    return { 'map at': `hr:${start}`, ...(Object.fromEntries(texts) as Record<string, string>) };
  }
  return undefined;
}

function wordsText(words: Uint16Array, at: number, count: number): string {
  const bytes = Array.from(words.subarray(at, at + count)).flatMap((word) => [
    word >> 8,
    word & 0xff,
  ]);
  return textOf(Uint8Array.from(bytes));
}
