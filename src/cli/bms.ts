import { describeError, GatewayError, InvalidRequestError } from '../base/errors.ts';
import { clientFor } from '../client/client-for.ts';
import { addressRange, type AddressRange } from '../codec/pdu/address-range.ts';
import { readCoils } from '../codec/pdu/read-bits.ts';
import { readHoldingRegisters } from '../codec/pdu/read-registers.ts';
import type { ModbusClient } from '../client/client.ts';
import { parseTarget } from '../transport/endpoint.ts';
import { hasOption, textOption, type CommandSpec } from './command.ts';
import type { CliContext } from './context.ts';
import { EXIT, exitCodeOf } from './exit-code.ts';
import { wholeOption } from './reading-options.ts';

const TIMEOUT_MS = 2_000;
/** Where a battery system says how many monoblocks it has: the last of the first four registers. */
const COUNT_PLACE = 3;
const MAX_COUNT = 121;

interface Ask {
  readonly table: 'registers' | 'coils';
  readonly start: number;
  readonly count: number | 'monoblocks';
}

/** The eight reads of the battery's own client, in its order. */
const READS: readonly Ask[] = [
  { table: 'registers', start: 40_000, count: 4 },
  { table: 'registers', start: 41_000, count: 5 },
  { table: 'registers', start: 43_000, count: 3 },
  { table: 'registers', start: 42_000, count: 15 },
  { table: 'registers', start: 40_004, count: 'monoblocks' },
  { table: 'registers', start: 41_005, count: 'monoblocks' },
  { table: 'coils', start: 40, count: 4 },
  { table: 'coils', start: 1, count: 25 },
];

export const bmsCommand: CommandSpec = {
  name: 'bms',
  summary: 'Read an Anzen battery system as its own client does: eight lines of raw values',
  options: [
    { flags: '-a, --address <host>', help: 'where it is (default: localhost)' },
    { flags: '-p, --port <port>', help: 'its port (default: 502)' },
    { flags: '-u, --unit <id>', help: 'its unit id (default: 1)' },
    { flags: '-d, --display', help: 'print what was read; without it only the exit code tells' },
  ],
  examples: ['dinrail bms -d', 'dinrail bms -a 192.168.20.10 -d', 'dinrail bms -a ::1 -p 1502 -d'],
  async run(context, input) {
    const host = textOption(input, 'address') ?? 'localhost';
    const port = wholeOption(input, 'port', 1, 65_535) ?? 502;
    const unit = wholeOption(input, 'unit', 0, 255) ?? 1;
    const endpoint = parseTarget(`tcp://${placeOf(host)}:${port}`);
    const client = clientFor(endpoint, { clock: context.clock });
    try {
      return await readAll(context, client, unit, hasOption(input, 'display'));
    } finally {
      client.close();
    }
  },
};

/** As it stands in a URL: an IPv6 address, and nothing else that has colons, in brackets. */
function placeOf(host: string): string {
  const [, name, port] = /^([^:/]+|\[.+\]):(\d+)$/.exec(host) ?? [];
  if (name !== undefined) {
    throw new InvalidRequestError(
      `--address: "${host}" holds a port, which has its own option: -a ${name} -p ${port}`,
    );
  }
  return host.includes(':') && !host.includes('/') && !host.startsWith('[') ? `[${host}]` : host;
}

async function readAll(
  { stdout, stderr, signal }: CliContext,
  client: ModbusClient,
  unit: number,
  isShown: boolean,
): Promise<number> {
  let monoblocks = 0;
  let code: number = EXIT.ok;
  for (const { table, start, count } of READS) {
    const wanted = count === 'monoblocks' ? monoblocks : count;
    if (wanted === 0) continue;
    try {
      signal.throwIfAborted();
      const range = addressRange(start, wanted, MAX_COUNT + COUNT_PLACE);
      const values = await read(client, unit, table, range);
      if (start === 40_000) monoblocks = countOf(values);
      if (isShown) stdout.write(`Values received successfully: [${values.join(', ')}]\n`);
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      stderr.write(`${table} ${start}+${wanted}: ${describeError(error)}\n`);
      if (code === EXIT.ok) code = exitCodeOf(error);
      // Who cannot be reached will not answer the others either.
      if (code === EXIT.cannotOpen) return code;
    }
  }
  return code;
}

function countOf(values: readonly number[]): number {
  const count = values[COUNT_PLACE] ?? 0;
  if (count <= MAX_COUNT) return count;
  throw new InvalidRequestError(`it says that it has ${count} monoblocks: is it a battery system?`);
}

async function read(
  client: ModbusClient,
  unit: number,
  table: Ask['table'],
  range: AddressRange,
): Promise<readonly number[]> {
  const codec = table === 'registers' ? readHoldingRegisters : readCoils;
  return [
    ...(await client.request<AddressRange, Iterable<number>>(codec, unit, range, {
      timeoutMs: TIMEOUT_MS,
    })),
  ];
}
