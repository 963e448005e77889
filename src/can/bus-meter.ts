import type { Clock } from '../base/clock.ts';
import { LoadMeter } from '../base/load-meter.ts';
import type { CanFrame } from './frame.ts';

export interface BusRates {
  /** Bits per second; without it nobody knows how full the bus is. */
  readonly bitrate?: number;
  /** Of the data of FD frames that are sent faster. */
  readonly dataBitrate?: number;
}

/** Bits of a frame besides its data, with the pause behind it (ISO 11898-1): id of 11 bits, and of 29. */
const [STANDARD_BITS, EXTENDED_BITS] = [47, 67];
/** An FD frame has a longer check and more flags. */
const [FD_STANDARD_BITS, FD_EXTENDED_BITS] = [62, 82];
/** Of these the part behind the switch to the faster rate: length code and check. */
const FD_FAST_BITS = 27;
/** Stuff bits depend on the data: one of ten bits is what ordinary traffic has. */
const STUFFING = 1.1;

/** How long a frame takes on the bus, in milliseconds; an estimate, because of the stuff bits. */
export function frameMs(frame: CanFrame, bitrate: number, dataBitrate = bitrate): number {
  const { isExtended, isFd, isRemote, hasFastData, length } = frame;
  const dataBits = isRemote ? 0 : length * 8;
  if (!isFd) {
    const bits = (isExtended ? EXTENDED_BITS : STANDARD_BITS) + dataBits;
    return (bits * STUFFING * 1000) / bitrate;
  }
  const bits = isExtended ? FD_EXTENDED_BITS : FD_STANDARD_BITS;
  const fastBits = hasFastData ? FD_FAST_BITS + dataBits : 0;
  const slowBits = bits + dataBits - fastBits;
  return STUFFING * 1000 * (slowBits / bitrate + fastBits / dataBitrate);
}

/** What came over a bus, and how full it was. */
export class BusMeter {
  frames = 0;
  errors = 0;
  readonly #rates: BusRates;
  readonly #meter: LoadMeter;
  #busyMs = 0;

  constructor(rates: BusRates, clock: Clock) {
    this.#rates = rates;
    this.#meter = new LoadMeter(() => this.#busyMs, clock);
  }

  note(frame: CanFrame): void {
    if (frame.isError) {
      this.errors += 1;
      return;
    }
    this.frames += 1;
    const { bitrate, dataBitrate } = this.#rates;
    if (bitrate !== undefined) this.#busyMs += frameMs(frame, bitrate, dataBitrate);
    // A look at the clock for each frame would cost more than the frame.
    if ((this.frames & 63) === 0) this.#meter.look();
  }

  /** Share of the last minute in which the bus was busy, 0..1; 0 where the bit rate is not known. */
  load(): number {
    this.#meter.look();
    return this.#meter.share();
  }
}
