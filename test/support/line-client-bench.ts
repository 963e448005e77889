import { GatewayError } from '../../src/base/errors.ts';
import { ManualClock } from '../../src/base/manual-clock.ts';
import type { RequestOptions } from '../../src/client/client.ts';
import { lineClient, type LineClientOptions } from '../../src/client/line-client.ts';
import { encodeRtu } from '../../src/codec/frame/rtu.ts';
import { readHoldingRegisters, readInputRegisters } from '../../src/codec/pdu/read-registers.ts';
import { writeSingleRegister } from '../../src/codec/pdu/write-single-register.ts';
import { FakeDialer } from './fake-transport.ts';

/** Round numbers: a character takes 1 ms, the gap 4 ms. */
export const ROUND_TIMING = { charMs: 1, gapMs: 4, silenceMs: 20 };

/** A read of one register: 8 bytes there, 7 bytes back. */
export const READ_DEADLINE_MS = 8 + 100 + 7;

/** A client whose promises are watched, on a line whose far end is the test. Timeouts are 100 ms. */
export function lineClientBench(options: Partial<LineClientOptions> = {}) {
  const clock = new ManualClock();
  const dialer = new FakeDialer();
  const client = lineClient(dialer, { clock, timing: ROUND_TIMING, timeoutMs: 100, ...options });
  const outcomes: string[] = [];
  const sent: { at: number; text: string }[] = [];
  dialer.onDial = (transport) => {
    transport.onWrite = (bytes) => {
      const [unit, functionCode, , address, , value] = bytes;
      sent.push({ at: clock.now(), text: `${unit} ${functionCode} ${address} ${value}` });
    };
  };

  const watch = (name: string, promise: Promise<unknown>): void => {
    promise
      .then((response) => (response instanceof Uint16Array ? `${name} = ${response.join()}` : name))
      .catch((error: unknown) => {
        const code = error instanceof GatewayError ? error.code : (error as Error).message;
        return `${name}: ${code}`;
      })
      .then((outcome) => outcomes.push(outcome))
      .catch(() => undefined);
  };
  const read = (unit: number, start: number, requestOptions: RequestOptions = {}): void => {
    const range = { start, count: 1 };
    watch(`r${unit}/${start}`, client.request(readHoldingRegisters, unit, range, requestOptions));
  };
  const readInput = (unit: number, start: number): void => {
    watch(`i${unit}/${start}`, client.request(readInputRegisters, unit, { start, count: 1 }));
  };
  const write = (unit: number, address: number, requestOptions: RequestOptions = {}): void => {
    const one = { address, value: 1 };
    watch(`w${unit}/${address}`, client.request(writeSingleRegister, unit, one, requestOptions));
  };
  /** Bytes from the line, at this moment. */
  const receive = async (...parts: Uint8Array[]): Promise<void> => {
    dialer.transport.receive(Buffer.concat(parts));
    await clock.run(0);
  };
  return { clock, dialer, client, outcomes, sent, read, readInput, write, receive };
}

/** The answer to a read of one register. */
export function answerOf(unit: number, value: number, functionCode = 3): Uint8Array {
  return encodeRtu(unit, Uint8Array.of(functionCode, 2, 0, value));
}

/** The answer to a write of 1 to one register, and the request too. */
export function writeOf(unit: number, address: number): Uint8Array {
  return encodeRtu(unit, Uint8Array.of(6, 0, address, 0, 1));
}
