import { connect, type Socket } from 'node:net';
import type { Clock } from '../base/clock.ts';
import {
  ConnectError,
  ConnectionLostError,
  RequestTimeoutError,
  UsageError,
} from '../base/errors.ts';
import {
  FURNACE_FLAGS,
  furnaceCell,
  furnaceText,
  registerOf,
  SENSOR_LIMIT,
} from '../text/furnace-data.ts';
import { textOption, type CommandInput, type CommandSpec } from './command.ts';
import { EXIT } from './exit-code.ts';

const TIMEOUT_MS = 3_000;
/** More than any answer to `Get` has. */
const MAX_ANSWER_BYTES = 4_096;
const DEFAULT_PORT = '9000';

export const eurothermDataCommand: CommandSpec = {
  name: 'eurotherm-data',
  summary: 'Print one value of the furnace as its Zabbix script did: -pv -sp -wsp -op -sprate',
  args: '[flag...]',
  argChoices: FURNACE_FLAGS,
  takesUnknownOptions: true,
  options: [
    { flags: '--host <host>', help: 'of the text port; default 127.0.0.1' },
    { flags: '--port <port>', help: `default ${DEFAULT_PORT}` },
    {
      flags: '--limit <value>',
      help: `a temperature register beyond it is a broken sensor; default ${SENSOR_LIMIT}`,
    },
  ],
  examples: [
    'dinrail eurotherm-data -pv',
    'dinrail eurotherm-data -pv --limit 20000   # an instrument with one decimal place',
  ],
  async run({ stdout, stderr, clock }, input) {
    const [flag] = input.args;
    if (flag === undefined) {
      throw new UsageError(`which value? One of ${FURNACE_FLAGS.join(' ')}`);
    }
    const cell = furnaceCell(flag);
    if (cell === undefined) {
      // What asks here knows these words, and the code that came with them.
      stdout.write(`unknown input: ${flag}\n`);
      return EXIT.ok;
    }
    const limit = wholeOption(input, 'limit', String(SENSOR_LIMIT), 32_767);
    const address = {
      host: textOption(input, 'host') ?? '127.0.0.1',
      port: wholeOption(input, 'port', DEFAULT_PORT, 65_535),
    };
    const word = registerOf(await askTextPort(address, `Get:${cell}`, clock));
    const text = typeof word === 'number' ? furnaceText(flag, word, limit) : word;
    if ('value' in text) {
      stdout.write(`${text.value}\n`);
      return EXIT.ok;
    }
    stderr.write(`${flag}: ${text.reason}\n`);
    return EXIT.other;
  },
};

function wholeOption(input: CommandInput, name: string, without: string, most: number): number {
  const text = textOption(input, name) ?? without;
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= 1 && number <= most) return number;
  throw new UsageError(`--${name} is "${text}", expected a whole number from 1 to ${most}`);
}

/** Asks once and gives all that comes until the other side closes. Rejects with a GatewayError. */
async function askTextPort(
  { host, port }: { readonly host: string; readonly port: number },
  request: string,
  clock: Clock,
): Promise<string> {
  let isConnected = false as boolean;
  const socket = connect({ host, port, noDelay: true }, () => {
    isConnected = true;
  });
  const cancel = clock.alarm(clock.now() + TIMEOUT_MS, () => {
    socket.destroy(new RequestTimeoutError(`no answer within ${TIMEOUT_MS / 1_000} s`));
  });
  try {
    return await conversation(socket, request);
  } catch (cause) {
    if (cause instanceof RequestTimeoutError) throw cause;
    const where = `${host} port ${port}`;
    if (isConnected) throw new ConnectionLostError(`${where} broke off`, { cause });
    throw new ConnectError(
      `nobody answers at ${where} (is the gateway running? --port says where)`,
      {
        cause,
      },
    );
  } finally {
    cancel();
    socket.destroy();
  }
}

async function conversation(socket: Socket, request: string): Promise<string> {
  socket.end(request);
  let answer = '';
  for await (const chunk of socket.setEncoding('utf8')) {
    answer += String(chunk);
    if (answer.length > MAX_ANSWER_BYTES) break;
  }
  return answer;
}
