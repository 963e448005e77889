import { GatewayError } from '../base/errors.ts';

/** The journal cannot be read or written; the message says what was found and why. */
export class JournalError extends GatewayError {
  readonly code = 'journal';
}

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota of the disk is used up',
  EROFS: 'the disk is read only',
  EIO: 'the disk reports an error',
  EACCES: 'no permission',
  EPERM: 'no permission',
  EMFILE: 'too many open files',
  ENOENT: 'there is no such file',
  ENOTDIR: 'a part of the path is a file, expected a folder',
};

/** `cannot write /data/journal/x: the disk is full`. */
export function diskError(action: 'read' | 'write', path: string, cause: unknown): JournalError {
  if (cause instanceof JournalError) return cause;
  const reason = REASONS[errorCode(cause)] ?? (cause instanceof Error ? cause.message : 'unknown');
  return new JournalError(`cannot ${action} ${path}: ${reason}`, { cause });
}

/** Such as `ENOSPC`; empty when there is none. */
export function errorCode(error: unknown): string {
  if (!(error instanceof Error) || !('code' in error)) return '';
  return typeof error.code === 'string' ? error.code : '';
}
