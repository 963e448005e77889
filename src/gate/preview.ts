import type { Value } from '../telemetry/point.ts';
import { admitValue } from './admission.ts';
import type { WriteFrame } from './device-port.ts';
import type { GatedPoint } from './gate-setup.ts';
import { isRefusal, refusal, type Refusal } from './write-request.ts';

/** What would go to a device for a value, before anybody sends it. */
export interface WritePreview {
  /** As the registers would hold it. */
  readonly value: Value;
  readonly frame: WriteFrame;
  /** The request without its envelope: function code and data (Application Protocol V1.1b3, section 6). */
  readonly bytes: Uint8Array;
}

/** The frame of a value, or why there is none. What the device has now, and who asks, is judged when it is written. */
export function previewWrite(gated: GatedPoint | undefined, asked: Value): WritePreview | Refusal {
  const { rules } = gated ?? {};
  if (gated === undefined || rules === undefined) {
    return refusal('not-writable', 'this point is not among what can be written');
  }
  const admitted = admitValue({ gated, rules }, asked);
  return isRefusal(admitted) ? admitted : { ...admitted, bytes: frameBytes(admitted.frame) };
}

/** The request of a frame as bytes. */
export function frameBytes(frame: WriteFrame): Uint8Array {
  const head = [frame.function, ...word(frame.address)];
  switch (frame.function) {
    case 5:
      return Uint8Array.from([...head, frame.on ? 0xff : 0, 0]);
    case 6:
      return Uint8Array.from([...head, ...word(frame.word)]);
    case 15: {
      const size = Math.ceil(frame.bits.length / 8);
      const data = new Array<number>(size).fill(0);
      frame.bits.forEach((bit, index) => {
        if (bit) data[index >> 3] = (data[index >> 3] ?? 0) | (1 << (index & 7));
      });
      return Uint8Array.from([...head, ...word(frame.bits.length), size, ...data]);
    }
    case 16: {
      const { words } = frame;
      const data = words.flatMap(word);
      return Uint8Array.from([...head, ...word(words.length), data.length, ...data]);
    }
    case 22:
      return Uint8Array.from([...head, ...word(frame.andMask), ...word(frame.orMask)]);
  }
}

function word(value: number): number[] {
  return [(value >> 8) & 0xff, value & 0xff];
}
