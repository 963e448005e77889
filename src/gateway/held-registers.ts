import {
  ConnectionLostError,
  InvalidRequestError,
  ModbusExceptionError,
  RequestTimeoutError,
  type GatewayError,
} from '../base/errors.ts';
import type { DeviceRegisters } from '../config/server-config.ts';
import type { Sample } from '../telemetry/sample.ts';
import type { Site } from '../telemetry/site.ts';

const READ_HOLDING_REGISTERS = 3;

/** What counts as having a register: a valid value that was read from it, or any answer of the device. */
export type HeldBy = 'valid value' | 'any answer';

/**
 * A holding register of a device, 0 to 65535, as its points were last read: nothing is asked of the device
 * itself, so that clients cost it nothing. It is as old as `every` of its point. Throws the error that a
 * question to the device would have ended in where no good reading has brought it.
 */
export function heldRegister(
  { device, registers }: DeviceRegisters,
  site: Pick<Site, 'sample'>,
  cell: number,
  by: HeldBy = 'valid value',
): number {
  const holders = registers
    .filter(({ address, count }) => address <= cell && cell < address + count)
    .map(({ id, address }) => {
      const { quality, cause, raw } = site.sample(id) ?? NOT_READ;
      return { quality, cause, word: raw?.[cell - address] };
    });
  const known = holders.find(({ quality, word }) => quality === 'good' && word !== undefined);
  // What is bad and has registers was answered, with something that is no valid value.
  const answered = holders.find(({ quality, word }) => quality === 'bad' && word !== undefined);
  const word = (by === 'any answer' ? (known ?? answered) : known)?.word;
  if (word !== undefined) return word;
  const [first] = holders;
  if (first !== undefined) throw unknownBecause(cell, first.cause ?? 'not-read-yet');
  throw new InvalidRequestError(`register ${cell} is read by no point of ${device}`);
}

const NOT_READ: Pick<Sample, 'quality' | 'cause' | 'raw'> = { quality: 'bad' };

/** The error that a question to the device would have ended in. */
function unknownBecause(cell: number, cause: string): GatewayError {
  const [, exception] = /^exception-(\d+)$/.exec(cause) ?? [];
  if (exception !== undefined) {
    return new ModbusExceptionError(Number(exception), READ_HOLDING_REGISTERS);
  }
  if (cause === 'timeout' || cause === 'not-read-yet') {
    return new RequestTimeoutError(`register ${cell} has not been answered`);
  }
  if (cause === 'no-connection') return new ConnectionLostError('no connection to the device');
  return new InvalidRequestError(`register ${cell} has no value: ${cause}`);
}
