import { InvalidRequestError, RequestTimeoutError } from '../base/errors.ts';
import { NoValue } from '../codec/value/no-value.ts';
import type { SettableRegister, TextServerConfig } from '../config/server-config.ts';
import type { WriteDoor } from '../gate/write-door.ts';
import type { WriteCode } from '../gate/write-request.ts';
import { decodePoint } from '../profile/decode.ts';
import type { Value } from '../telemetry/point.ts';
import type { Site } from '../telemetry/site.ts';
import type { TextDevice } from '../text/text-desk.ts';
import { heldRegister } from './held-registers.ts';

export interface TextDeviceParts {
  readonly site: Pick<Site, 'sample'>;
  readonly gate: Pick<WriteDoor, 'write'>;
  /** Ends the program. */
  readonly exit: () => void;
}

/** What a text port tells of a device, and what its clients may do. Writes go through the gate. */
export function textDevice(
  config: TextServerConfig,
  { site, gate, exit }: TextDeviceParts,
): TextDevice {
  const { name, settable, allowExit } = config;
  const points = new Map<number, SettableRegister>();
  for (const one of settable ?? []) {
    if (!points.has(one.point.address)) points.set(one.point.address, one);
  }
  const set = async (cell: number, word: number, from: string): Promise<void> => {
    const one = points.get(cell);
    if (one === undefined) throw new InvalidRequestError(`register ${cell} is not writable`);
    const { outcome, code, message } = await gate.write({
      point: one.id,
      value: valueOf(one, word),
      who: { name, role: 'operator', from, door: 'text' },
    });
    if (outcome === 'confirmed' || outcome === 'unchanged') return;
    throw NO_ANSWER.has(code) ? new RequestTimeoutError(message) : new InvalidRequestError(message);
  };
  return {
    // Scripts are used to the registers of a broken sensor, too.
    get: async (cell) =>
      Promise.resolve().then(() => heldRegister(config, site, cell, 'any answer')),
    ...(settable !== undefined && { set, writable: new Set(points.keys()) }),
    ...(allowExit && { exit }),
  };
}

/** Results that say that the device has not answered. */
const NO_ANSWER: ReadonlySet<WriteCode> = new Set(['no-answer', 'device-down']);

/** The value that this raw register is. */
function valueOf({ point }: SettableRegister, word: number): Value {
  const view = new DataView(new ArrayBuffer(2));
  view.setUint16(0, word);
  const value = decodePoint(point, view);
  if (!(value instanceof NoValue)) return value;
  throw new InvalidRequestError(`${point.name} has no value for ${word}: ${value.cause}`);
}
