import { encodeInto, encodePoint } from '../profile/encode.ts';
import { isBitTable } from '../profile/format.ts';
import type { RegisterPoint } from '../profile/point.ts';
import { sharesRegister } from '../profile/point-rules.ts';
import type { WriteFunction } from '../profile/write-rules.ts';
import type { Value } from '../telemetry/point.ts';
import type { WriteFrame } from './device-port.ts';
import { refusal, type Refusal } from './write-request.ts';

/** Write Multiple Registers, V1.1b3, section 6.12. */
const MAX_WORDS = 123;

/**
 * The one frame that writes a value the point can hold. A value that does not fit into one frame is
 * refused: half of it might arrive. Throws InvalidRequestError for a value the point cannot hold.
 */
export function frameFor(
  point: RegisterPoint,
  value: Value,
  wanted: WriteFunction,
): WriteFrame | Refusal {
  const { address, table, name } = point;
  if (isBitTable(table)) return coilFrame(address, encodePoint(point, value) === true, wanted);
  if (sharesRegister(point)) {
    if (wanted === 'mask') return maskFrame(point, value);
    return refusal(
      'not-writable',
      `${name} is a part of its register; where the device knows function 22, set function: mask`,
    );
  }
  if (wanted === 'mask') return refusal('not-writable', `${name} is no part of a register`);
  const words = wordsOf(encodePoint(point, value) as Uint8Array);
  if (words.length === 1 && wanted !== 'multiple') {
    return { function: 6, address, word: words[0] ?? 0 };
  }
  if (wanted === 'single' || words.length > MAX_WORDS) {
    const limit = wanted === 'single' ? 1 : MAX_WORDS;
    return refusal(
      'not-writable',
      `${name} spans ${words.length} registers, one frame carries ${limit}`,
    );
  }
  return { function: 16, address, words };
}

function coilFrame(address: number, on: boolean, wanted: WriteFunction): WriteFrame {
  return wanted === 'multiple'
    ? { function: 15, address, bits: [on] }
    : { function: 5, address, on };
}

/** Written over zeros and over ones, what is the same both times is the value's own. */
function maskFrame(point: RegisterPoint, value: Value): WriteFrame {
  const [zeros, ones] = [0, 0xffff].map((background) => {
    const view = new DataView(new ArrayBuffer(2));
    view.setUint16(0, background);
    encodeInto(point, value, view, 0);
    return view.getUint16(0);
  });
  const [orMask = 0, over = 0] = [zeros, ones];
  return { function: 22, address: point.address, andMask: orMask ^ over, orMask };
}

function wordsOf(bytes: Uint8Array): readonly number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.length / 2 }, (_, index) => view.getUint16(index * 2));
}
