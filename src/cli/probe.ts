import { sleep, type Clock } from '../base/clock.ts';
import {
  ConnectError,
  ConnectionLostError,
  FramingError,
  MalformedPduError,
  ModbusExceptionError,
  RequestTimeoutError,
  ResponseMismatchError,
} from '../base/errors.ts';
import type { ModbusClient } from '../client/client.ts';
import { readHoldingRegisters } from '../codec/pdu/read-registers.ts';

/** What came of one cheap question. */
export type ProbeResult =
  | { readonly kind: 'answer'; readonly ms: number; readonly exception?: number }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'damaged' }
  /** The connection ended, or could not be made again. */
  | { readonly kind: 'lost'; readonly error: unknown };

export interface ProbeOptions {
  readonly clock: Clock;
  /** Patience with the device; what the wire takes comes on top. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/** The cheapest question there is. Any device has an answer to it, and be it an exception. */
const ONE_REGISTER = { start: 0, count: 1 } as const;

/** Asks a unit for one register, once. Rejects with the signal's reason, and for faults of ours. */
export async function probe(
  client: ModbusClient,
  unit: number,
  { clock, timeoutMs, signal }: ProbeOptions,
  range: { readonly start: number; readonly count: number } = ONE_REGISTER,
): Promise<ProbeResult> {
  const startedAt = clock.now();
  const elapsed = (): number => clock.now() - startedAt;
  try {
    const options = { timeoutMs, ...(signal !== undefined && { signal }) };
    await client.request(readHoldingRegisters, unit, range, options);
    return { kind: 'answer', ms: elapsed() };
  } catch (error) {
    if (signal?.aborted === true) throw signal.reason;
    if (error instanceof ModbusExceptionError) {
      return { kind: 'answer', ms: elapsed(), exception: error.exception };
    }
    return failure(error);
  }
}

function failure(error: unknown): ProbeResult {
  if (error instanceof RequestTimeoutError) return { kind: 'timeout' };
  if (isDamage(error)) return { kind: 'damaged' };
  if (error instanceof ConnectError || error instanceof ConnectionLostError) {
    return { kind: 'lost', error };
  }
  throw error;
}

function isDamage(error: unknown): boolean {
  return (
    error instanceof FramingError ||
    error instanceof MalformedPduError ||
    error instanceof ResponseMismatchError
  );
}

/** What one unit id turned out to be. */
export type UnitResult =
  | { readonly kind: 'answers'; readonly ms: number; readonly exception?: number; readonly damaged: number } // prettier-ignore
  | { readonly kind: 'silent' }
  | { readonly kind: 'noise'; readonly damaged: number };

/** A gateway says that it knows no way to this unit, or that nobody on its line answered. */
const GATEWAY_EXCEPTIONS: ReadonlySet<number> = new Set([10, 11]);

const DAMAGED_TRIES = 3;
const LOST_TRIES = 3;
const LOST_PAUSE_MS = 300;

/**
 * Asks a unit until it is known what it is: once when it answers or says nothing, up to three times
 * when answers are damaged. Throws when the endpoint cannot be reached at all.
 */
export async function probeUnit(
  client: ModbusClient,
  unit: number,
  options: ProbeOptions,
): Promise<UnitResult> {
  let damaged = 0;
  let lost = 0;
  while (damaged < DAMAGED_TRIES) {
    const result = await probe(client, unit, options);
    switch (result.kind) {
      case 'answer': {
        const { ms, exception } = result;
        if (exception === undefined) return { kind: 'answers', ms, damaged };
        if (GATEWAY_EXCEPTIONS.has(exception)) return { kind: 'silent' };
        return { kind: 'answers', ms, exception, damaged };
      }
      case 'timeout':
        return damaged === 0 ? { kind: 'silent' } : { kind: 'noise', damaged };
      case 'damaged':
        damaged += 1;
        break;
      case 'lost':
        // Some devices hang up on a unit id that is not theirs.
        lost += 1;
        if (result.error instanceof ConnectionLostError) return { kind: 'silent' };
        if (lost >= LOST_TRIES) throw result.error;
        await sleep(options.clock, LOST_PAUSE_MS, options.signal);
    }
  }
  return { kind: 'noise', damaged };
}
