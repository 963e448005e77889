import {
  ConnectionLostError,
  InvalidRequestError,
  ModbusExceptionError,
  RequestTimeoutError,
  type GatewayError,
} from '../base/errors.ts';
import type { DeviceRegisters } from '../config/server-config.ts';
import type { Site } from '../telemetry/site.ts';
import type { TextDevice } from '../text/text-desk.ts';

const READ_HOLDING_REGISTERS = 3;

/**
 * The holding registers of a device as its points were last read: nothing is asked of the device
 * itself, so that clients cost it nothing. A register is as old as `every` of its point; one that no
 * good reading brought is an error.
 */
export function heldRegisters(source: DeviceRegisters, site: Pick<Site, 'sample'>): TextDevice {
  return { get: async (cell) => Promise.resolve().then(() => heldRegister(source, site, cell)) };
}

/** One of them, 0 to 65535. Throws the error that a question to the device would have ended in. */
export function heldRegister(
  { device, registers }: DeviceRegisters,
  site: Pick<Site, 'sample'>,
  cell: number,
): number {
  const holders = registers.filter(
    ({ address, count }) => address <= cell && cell < address + count,
  );
  let cause: string | undefined;
  for (const { id, address } of holders) {
    const sample = site.sample(id);
    const word = sample?.raw?.[cell - address];
    if (sample?.quality === 'good' && word !== undefined) return word;
    cause ??= sample?.cause ?? 'not-read-yet';
  }
  if (cause !== undefined) throw unknownBecause(cell, cause);
  throw new InvalidRequestError(`register ${cell} is read by no point of ${device}`);
}

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
