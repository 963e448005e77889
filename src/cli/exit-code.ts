import { GatewayError } from '../base/errors.ts';
import { StopSignal } from './context.ts';

/** What the program's exit code says. Documented and stable. */
export const EXIT = {
  ok: 0,
  other: 1,
  usage: 2,
  config: 3,
  cannotOpen: 4,
  noAnswer: 5,
  exception: 6,
  damaged: 7,
  partly: 8,
  refused: 9,
  differs: 10,
  interrupted: 130,
} as const;

const BY_CODE: Readonly<Record<string, number>> = {
  usage: EXIT.usage,
  config: EXIT.config,
  'invalid-request': EXIT.usage,
  connect: EXIT.cannotOpen,
  'missing-package': EXIT.cannotOpen,
  'data-in-use': EXIT.cannotOpen,
  'request-timeout': EXIT.noAnswer,
  'connection-lost': EXIT.noAnswer,
  'modbus-exception': EXIT.exception,
  framing: EXIT.damaged,
  'malformed-pdu': EXIT.damaged,
  'response-mismatch': EXIT.damaged,
  refused: EXIT.refused,
};

/** The exit code for what a gateway did not do, by the status of its answer. */
export function exitCodeOfStatus(status: number): number {
  if (status === 401 || status === 403) return EXIT.refused;
  return status === 400 || status === 404 ? EXIT.usage : EXIT.other;
}

/** The exit code of a failure; of several, ask for the first. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof StopSignal) return error.by === 'SIGINT' ? EXIT.interrupted : EXIT.ok;
  return (error instanceof GatewayError ? BY_CODE[error.code] : undefined) ?? EXIT.other;
}
