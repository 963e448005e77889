import type { Clock } from '../base/clock.ts';
import type { Fault, Interceptor } from '../server/fault.ts';
import { seededRandom } from './random.ts';

/** How a simulated device misbehaves. Shares are of all requests, 0..1, and add up to 1 at most. */
export interface FaultSpec {
  /** Neither done nor answered. */
  readonly drop?: number;
  /** Answered with a wrong checksum; over TCP, where there is none, with fields that contradict. */
  readonly crc?: number;
  /** Answered this much later than the others: after the client has given up. */
  readonly late?: { readonly share: number; readonly byMs: number };
  /** Answered with the answer to the request before. */
  readonly previous?: number;
  /** Refused with this exception code. */
  readonly exception?: { readonly share: number; readonly code: number };
  /** Every answer takes a time between these two, in milliseconds. */
  readonly delay?: { readonly minMs: number; readonly maxMs: number };
  /** In every `everyMs`, the last `forMs` pass without any answer. */
  readonly silent?: { readonly forMs: number; readonly everyMs: number };
}

export interface FaultOptions {
  readonly clock: Clock;
  /** The same seed brings the same faults. Default 1. */
  readonly seed?: number;
}

/** The share of requests that meet a fault of chance. */
export function faultShare({ drop, crc, late, previous, exception }: FaultSpec): number {
  return (drop ?? 0) + (crc ?? 0) + (late?.share ?? 0) + (previous ?? 0) + (exception?.share ?? 0);
}

/**
 * Faults as chosen by chance, one request meeting one of them at most. Its periods of silence count
 * from this call.
 */
export function faults(spec: FaultSpec, { clock, seed = 1 }: FaultOptions): Interceptor {
  const random = seededRandom(seed);
  const startedAt = clock.now();
  const choices = choicesOf(spec);
  const { delay, silent } = spec;
  return (): Fault | undefined => {
    // Drawn in any case, so that a period of silence does not shift the faults behind it.
    const [draw, spread] = [random(), random()];
    if (silent !== undefined && isSilent(silent, clock.now() - startedAt))
      return { answer: 'none' };
    const delayMs = delay === undefined ? 0 : delay.minMs + spread * (delay.maxMs - delay.minMs);
    const fault = choices.find(({ below }) => draw < below)?.fault;
    if (fault === undefined) return delayMs === 0 ? undefined : { delayMs };
    return { ...fault, delayMs: delayMs + (fault.delayMs ?? 0) };
  };
}

interface Choice {
  /** A draw below this, and not below those before, means this fault. */
  readonly below: number;
  readonly fault: Fault;
}

function choicesOf({ drop, crc, late, previous, exception }: FaultSpec): readonly Choice[] {
  const shares: (readonly [share: number, fault: Fault])[] = [
    [drop ?? 0, { answer: 'none' }],
    [crc ?? 0, { answer: 'corrupt' }],
    [late?.share ?? 0, { delayMs: late?.byMs ?? 0 }],
    [previous ?? 0, { answer: 'previous' }],
    [exception?.share ?? 0, { answer: { exception: exception?.code ?? 0 } }],
  ];
  let below = 0;
  return shares.map(([share, fault]) => {
    below += share;
    return { below, fault };
  });
}

/** A device is there first and leaves later, so that everybody has seen it. */
function isSilent(
  { forMs, everyMs }: { forMs: number; everyMs: number },
  elapsed: number,
): boolean {
  return elapsed % everyMs >= everyMs - forMs;
}
