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
};

/** The exit code of a failure; of several, ask for the first. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof StopSignal) return error.by === 'SIGINT' ? EXIT.interrupted : EXIT.ok;
  return (error instanceof GatewayError ? BY_CODE[error.code] : undefined) ?? EXIT.other;
}
