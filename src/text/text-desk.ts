import {
  describeError,
  FramingError,
  GatewayError,
  ModbusExceptionError,
  RequestTimeoutError,
} from '../base/errors.ts';
import { parseTextRequest, pythonFloat, pythonInt } from './text-request.ts';

/** What the text port may do with the controller. A cell is a holding register, 0 to 65535. */
export interface TextDevice {
  /** The register as it stands, 0 to 65535. Rejects with a GatewayError when it cannot be had. */
  get(cell: number): Promise<number>;
  /** Writes a register through the gate of writes, for somebody at this address. Absent: `Set` is off. */
  set?(cell: number, value: number, from: string): Promise<void>;
  /** Cells that `Set` may write. Default: none. */
  readonly writable?: ReadonlySet<number>;
  /** Ends the program once the answer is on its way. Absent: `Exit` is off. */
  exit?(): void;
}

/** An answer, and whether the program ends with it. */
export interface TextAnswer {
  readonly text: string;
  readonly kind: 'answer' | 'unknown' | 'failure' | 'exit';
}

export const UNKNOWN_COMMAND: TextAnswer = { text: 'Unknown command', kind: 'unknown' };

/** What is read by `Read`, in this order, each divided by 10. WOp is the working output. */
const FURNACE: readonly (readonly [name: string, cell: number])[] = [
  ['PV', 1],
  ['SP', 2],
  ['SPrate', 35],
  ['WOp', 4],
];

const LAST_CELL = 0xffff;

/**
 * Answers one request, whatever it is, of somebody at this address. Rejects only when `device` throws what
 * is no GatewayError.
 */
export async function answerText(
  text: string,
  device: TextDevice,
  from = 'local',
): Promise<TextAnswer> {
  const request = parseTextRequest(text);
  switch (request.kind) {
    case 'exit':
      if (device.exit === undefined) return failure('exit is not enabled');
      return { text: 'Exit', kind: 'exit' };
    case 'status':
      return { text: 'Ok', kind: 'answer' };
    case 'get':
      return getCell(request.cell, device);
    case 'set':
      return setCell(request, device, from);
    case 'read':
      return readFurnace(device);
    case 'unknown':
      return UNKNOWN_COMMAND;
  }
}

async function getCell(text: string, device: TextDevice): Promise<TextAnswer> {
  const cell = inRange('registeraddress', pythonInt(text));
  if (typeof cell === 'string') return failure(cell);
  return attempt(async () => pythonFloat(await device.get(cell)));
}

async function setCell(
  request: { readonly cell: string; readonly value: string },
  device: TextDevice,
  from: string,
): Promise<TextAnswer> {
  const cell = inRange('registeraddress', pythonInt(request.cell));
  if (typeof cell === 'string') return failure(cell);
  const value = inRange('value', pythonInt(request.value));
  if (typeof value === 'string') return failure(value);
  if (device.set === undefined) return failure('writing is not enabled');
  if (device.writable?.has(cell) !== true) return failure(`register ${cell} is not writable`);
  return attempt(async () => {
    await device.set?.(cell, value, from);
    return 'Ok';
  });
}

async function readFurnace(device: TextDevice): Promise<TextAnswer> {
  const items: string[] = [];
  for (const [name, cell] of FURNACE) {
    const { text } = await attempt(async () => pythonFloat((await device.get(cell)) / 10));
    items.push(`${name}=${text}`);
  }
  return { text: items.join(';'), kind: 'answer' };
}

function inRange(what: string, value: number | string): number | string {
  if (typeof value === 'string') return value;
  if (value < 0) return `The ${what} is too small: ${value}, but minimum value is 0.`;
  if (value > LAST_CELL) return `The ${what} is too large: ${value}, but maximum value is 65535.`;
  return value;
}

async function attempt(act: () => Promise<string>): Promise<TextAnswer> {
  try {
    return { text: await act(), kind: 'answer' };
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    // No answer from the controller: what the scripts that ask here know it by.
    if (error instanceof RequestTimeoutError) return { text: 'None', kind: 'failure' };
    return failure(reason(error));
  }
}

/** As minimalmodbus, the library of the server before this one, names what a device says. */
const EXCEPTIONS: Readonly<Record<number, string>> = {
  1: 'illegal function',
  2: 'illegal data address',
  3: 'illegal data value',
  4: 'device failure',
  5: 'acknowledge',
  6: 'device busy',
  8: 'memory parity error',
};

function reason(error: GatewayError): string {
  if (error instanceof ModbusExceptionError) {
    return `Slave reported ${EXCEPTIONS[error.exception] ?? `error code ${error.exception}`}`;
  }
  const said = describeError(error).replace(/\s+/g, ' ');
  return error instanceof FramingError ? `Checksum error in rtu mode: ${said}` : said;
}

function failure(text: string): TextAnswer {
  return { text: `Exception occurred: ${text}`, kind: 'failure' };
}
