import { describe, expect, test } from 'vitest';
import {
  ClosedError,
  ConnectError,
  ConnectionLostError,
  FramingError,
  MalformedPduError,
  ModbusExceptionError,
  RequestTimeoutError,
} from '../base/errors.ts';
import { ManualClock } from '../base/manual-clock.ts';
import type { ModbusClient } from '../client/client.ts';
import { probeUnit, type UnitResult } from './probe.ts';

/** A line on which each question ends as the list says; `ok` is an answer. */
async function probed(...outcomes: readonly ('ok' | Error)[]): Promise<UnitResult> {
  const clock = new ManualClock();
  const waiting = [...outcomes];
  const client = {
    async request() {
      const outcome = waiting.shift();
      if (outcome === undefined) throw new Error('asked once too often');
      if (outcome instanceof Error) throw outcome;
      return Uint16Array.of(7);
    },
  } as unknown as ModbusClient;
  const result = probeUnit(client, 1, { clock, timeoutMs: 100 });
  // A failure is looked at by whoever asked.
  result.catch(() => undefined);
  await clock.run(10_000);
  return result;
}

const timeout = new RequestTimeoutError('no answer');
const damage = new FramingError('damaged');
const refused = new ConnectError('refused');

describe('a unit', () => {
  test.each<[string, readonly ('ok' | Error)[], UnitResult]>([
    ['that answers is alive', ['ok'], { kind: 'answers', ms: 0, damaged: 0 }],
    ['that answers with an exception is alive', [new ModbusExceptionError(2, 3)], { kind: 'answers', ms: 0, exception: 2, damaged: 0 }], // prettier-ignore
    ['for which its gateway apologises is not', [new ModbusExceptionError(11, 3)], { kind: 'silent' }], // prettier-ignore
    ['to which no path leads is not', [new ModbusExceptionError(10, 3)], { kind: 'silent' }],
    ['that says nothing is asked once', [timeout], { kind: 'silent' }],
    ['that hangs up is not there', [new ConnectionLostError('gone')], { kind: 'silent' }],
    ['whose answers are damaged three times is noise', [damage, new MalformedPduError('x'), damage], { kind: 'noise', damaged: 3 }], // prettier-ignore
    ['that was damaged and then silent is noise', [damage, timeout], { kind: 'noise', damaged: 1 }],
    ['that was damaged once is alive', [damage, 'ok'], { kind: 'answers', ms: 0, damaged: 1 }],
    ['is asked again over a new connection', [refused, refused, 'ok'], { kind: 'answers', ms: 0, damaged: 0 }], // prettier-ignore
  ])('%s', async (_, outcomes, expected) => {
    expect(await probed(...outcomes)).toEqual(expected);
  });

  test('cannot be asked where no connection can be had', async () => {
    await expect(probed(refused, refused, refused)).rejects.toBe(refused);
  });

  test('is not blamed for a fault of ours', async () => {
    await expect(probed(new ClosedError('closed'))).rejects.toThrow('closed');
  });
});
