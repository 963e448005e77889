/**
 * What can go wrong, sorted by whose fault it is and what it ends. Every class has a stable `code`;
 * a retired code is never used again. Messages are lower-case sentences that say what was found and
 * what was expected.
 */
export abstract class GatewayError extends Error {
  abstract readonly code: string;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** The caller asked for something no device could be asked. Nothing was sent. */
export class InvalidRequestError extends GatewayError {
  readonly code = 'invalid-request';
}

/** MODBUS Application Protocol V1.1b3, section 7. */
const EXCEPTION_NAMES: Readonly<Record<number, string>> = {
  1: 'illegal function',
  2: 'illegal data address',
  3: 'illegal data value',
  4: 'server device failure',
  5: 'acknowledge',
  6: 'server device busy',
  8: 'memory parity error',
  10: 'gateway path unavailable',
  11: 'gateway target device failed to respond',
};

/** The specification's name of an exception code, such as `illegal data address` for 2. */
export function exceptionName(exception: number): string {
  return EXCEPTION_NAMES[exception] ?? 'unknown exception';
}

/** The device understood the question and said no. It is alive. */
export class ModbusExceptionError extends GatewayError {
  readonly code = 'modbus-exception';
  readonly exception: number;
  readonly functionCode: number;

  constructor(exception: number, functionCode: number, options?: ErrorOptions) {
    super(`the device answered exception ${exception}, ${exceptionName(exception)}`, options);
    this.exception = exception;
    this.functionCode = functionCode;
  }
}

/** The bytes are no PDU of this function. */
export class MalformedPduError extends GatewayError {
  readonly code = 'malformed-pdu';
}

/** A well-formed answer to another question. */
export class ResponseMismatchError extends GatewayError {
  readonly code = 'response-mismatch';
}

/** The stream cannot be cut into frames any more; on a serial line silence heals it. */
export class FramingError extends GatewayError {
  readonly code = 'framing';
}

/** No answer came in time. */
export class RequestTimeoutError extends GatewayError {
  readonly code = 'request-timeout';
}

/** The connection, or the serial port, could not be opened. */
export class ConnectError extends GatewayError {
  readonly code = 'connect';
}

/** The connection ended while it was in use. */
export class ConnectionLostError extends GatewayError {
  readonly code = 'connection-lost';
}

/** A queue of ours is full. */
export class OverloadError extends GatewayError {
  readonly code = 'overload';
}

/** The reason to send it went away before it could leave. Nothing was sent. */
export class NotSentError extends GatewayError {
  readonly code = 'not-sent';
}

/** We are stopping. */
export class ClosedError extends GatewayError {
  readonly code = 'closed';
}

/** A receiver of samples took nothing; the same batch will be offered again. */
export class SinkUnavailableError extends GatewayError {
  readonly code = 'sink-unavailable';
  /** How long the receiver asked to be left alone, in milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(message: string, options?: ErrorOptions & { readonly retryAfterMs?: number }) {
    super(message, options);
    this.retryAfterMs = options?.retryAfterMs;
  }
}

/** The person at the keyboard typed something that has no meaning. */
export class UsageError extends GatewayError {
  readonly code = 'usage';
}

/** An optional package is not installed. */
export class MissingPackageError extends GatewayError {
  readonly code = 'missing-package';
}

/** Does this failure end the connection it happened on? (A serial line resynchronises by silence.) */
export function endsConnection(error: unknown): boolean {
  return (
    error instanceof FramingError ||
    error instanceof ConnectError ||
    error instanceof ConnectionLostError
  );
}

/** Exceptions by which a device says "later": acknowledge, busy, gateway target silent. */
const LATER = new Set([5, 6, 11]);

/** May the same request be sent again and mean the same? Only reads and idempotent writes ask. */
export function isWorthRetrying(error: unknown): boolean {
  if (error instanceof ModbusExceptionError) return LATER.has(error.exception);
  return (
    error instanceof MalformedPduError ||
    error instanceof ResponseMismatchError ||
    error instanceof FramingError ||
    error instanceof RequestTimeoutError ||
    error instanceof ConnectError ||
    error instanceof ConnectionLostError
  );
}

/** Does this failure say that the device itself is unwell? An exception does not: it answered. */
export function countsAgainstHealth(error: unknown): boolean {
  return isWorthRetrying(error) && !(error instanceof ModbusExceptionError);
}

/** The message of anything thrown, with its causes: `cannot connect to tcp://h:502: refused`. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? '' : `: ${describeError(error.cause)}`;
  return `${error.message}${cause}`;
}
