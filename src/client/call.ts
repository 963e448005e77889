import { ByteReader } from '../base/byte-reader.ts';
import { ByteWriter } from '../base/byte-writer.ts';
import { GatewayError, InvalidRequestError, ModbusExceptionError } from '../base/errors.ts';
import { decodeException, isException } from '../codec/pdu/exception.ts';
import type { PduCodec } from '../codec/pdu/pdu-codec.ts';
import type { RequestOptions } from './client.ts';

/** A request on its way through a client: encoded once, settled once, whatever its types are. */
export interface Call {
  readonly unitId: number;
  readonly functionCode: number;
  /** Function code and data, as they are sent. */
  readonly pdu: Uint8Array;
  /** Bytes of the PDU of an answer that is no exception. */
  readonly answerSize: number;
  readonly timeoutMs: number;
  /** How long its device may take at all; not below the timeout. */
  readonly patienceMs: number;
  readonly isUrgent: boolean;
  /** How often it may still be sent again. */
  retriesLeft: number;
  /** Nobody waits for it any more. */
  readonly isSettled: boolean;
  /** It is about to be sent. False when it may not be any more: it has failed then. */
  leave(now: number): boolean;
  /**
   * Settles it with an answer of its unit and function. An exception is an answer. Gives what is wrong
   * with bytes that are none, and leaves the call as it was.
   */
  answer(pdu: Uint8Array): GatewayError | undefined;
  fail(error: unknown): void;
}

/** What asking leads to: the call for the client's queue and the promise for the caller. */
export interface Asked<Response> {
  readonly call: Call;
  readonly answer: Promise<Response>;
}

const writer = new ByteWriter();

/**
 * Encodes a request. Throws InvalidRequestError for one that no device could be asked, and the signal's
 * reason when it has aborted. `onAbort` is called when it aborts later and the call was not settled yet.
 */
export function ask<Request, Response>(
  codec: PduCodec<Request, Response>,
  unitId: number,
  request: Request,
  options: RequestOptions,
  defaultTimeoutMs: number,
  onAbort: (call: Call) => void,
): Asked<Response> {
  if (!Number.isInteger(unitId) || unitId < 0 || unitId > 255) {
    throw new InvalidRequestError(`unit id is ${unitId}, expected 0..255`);
  }
  const { signal } = options;
  signal?.throwIfAborted();
  writer.clear().u8(codec.functionCode);
  codec.encodeRequest(writer, request);
  const call = new PendingCall(codec, unitId, request, writer.take(), options, defaultTimeoutMs);
  const answer = new Promise<Response>((resolve, reject) => {
    call.resolve = resolve;
    call.reject = reject;
  });
  if (signal !== undefined) {
    const abort = (): void => {
      call.fail(signal.reason);
      onAbort(call);
    };
    signal.addEventListener('abort', abort, { once: true });
    call.onSettled = () => {
      signal.removeEventListener('abort', abort);
    };
  }
  return { call, answer };
}

class PendingCall<Request, Response> implements Call {
  readonly unitId: number;
  readonly functionCode: number;
  readonly pdu: Uint8Array;
  readonly answerSize: number;
  readonly timeoutMs: number;
  readonly patienceMs: number;
  readonly isUrgent: boolean;
  retriesLeft: number;
  isSettled = false;
  resolve: (response: Response) => void = ignore;
  reject: (error: Error) => void = ignore;
  onSettled: () => void = ignore;
  readonly #codec: PduCodec<Request, Response>;
  readonly #request: Request;
  readonly #leaving: RequestOptions['leaving'];

  constructor(
    codec: PduCodec<Request, Response>,
    unitId: number,
    request: Request,
    pdu: Uint8Array,
    { timeoutMs, patienceMs = 0, retries, priority, leaving }: RequestOptions,
    defaultTimeoutMs: number,
  ) {
    this.unitId = unitId;
    this.functionCode = codec.functionCode;
    this.pdu = pdu;
    this.answerSize = 1 + codec.responseSize(request);
    this.timeoutMs = timeoutMs ?? defaultTimeoutMs;
    this.patienceMs = Math.max(this.timeoutMs, patienceMs);
    this.isUrgent = priority === 'urgent';
    this.retriesLeft = retries ?? 0;
    this.#codec = codec;
    this.#request = request;
    this.#leaving = leaving;
  }

  leave(now: number): boolean {
    const problem = this.#leaving?.(now);
    if (problem !== undefined) this.fail(problem);
    return problem === undefined;
  }

  answer(pdu: Uint8Array): GatewayError | undefined {
    let response: Response;
    try {
      if (isException(pdu)) {
        const { exception, functionCode } = decodeException(pdu);
        this.fail(new ModbusExceptionError(exception, functionCode));
        return undefined;
      }
      response = this.#codec.decodeResponse(new ByteReader(pdu, 1), this.#request);
    } catch (error) {
      if (error instanceof GatewayError) return error;
      throw error;
    }
    if (this.#settle()) this.resolve(response);
    return undefined;
  }

  fail(error: unknown): void {
    if (this.#settle()) this.reject(error as Error);
  }

  #settle(): boolean {
    if (this.isSettled) return false;
    this.isSettled = true;
    this.onSettled();
    return true;
  }
}

function ignore(): void {
  // Replaced when the promise is made.
}
