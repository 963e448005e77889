import type { Endpoint } from '../../transport/endpoint.ts';

/**
 * Everything that the doctor asks of the computer and of the network. Nothing of it changes anything, and what
 * is not there is undefined or empty: on a computer that is not well many things are missing.
 */
export interface SystemProbe {
  /** `24.11.0`. */
  readonly nodeVersion: string;
  /** A text file, such as those of `/proc` and `/sys`. */
  readText(path: string): Promise<string | undefined>;
  /** Names in a folder, sorted. */
  list(folder: string): Promise<readonly string[]>;
  /** Where a path leads in the end, through all links. */
  realPath(path: string): Promise<string | undefined>;
  /** What a link says, without following it. */
  linkText(path: string): Promise<string | undefined>;
  owner(path: string): Promise<Owner | undefined>;
  /** May this process read and write it? */
  mayUse(path: string): Promise<boolean>;
  /** Bytes that are free for us where the path is. */
  freeBytes(path: string): Promise<number | undefined>;
  /** Which process runs a gateway on a data folder, in words; undefined: none. */
  dataHolder(folder: string): Promise<string | undefined>;
  /** What a program prints; undefined where it is not installed or fails. */
  run(command: string, args: readonly string[]): Promise<string | undefined>;
  hasPackage(name: string): Promise<boolean>;
  /** Asks a unit one cheap question. */
  ask(endpoint: Endpoint, unit: number, timeoutMs: number): Promise<Reach>;
}

export interface Owner {
  readonly uid: number;
  readonly gid: number;
  /** Permission bits: 0o660. */
  readonly mode: number;
}

/** How far a question came. */
export type Reach =
  /** The answer may be an exception. */
  | { readonly kind: 'answers'; readonly ms: number; readonly exception?: number }
  | { readonly kind: 'silent' }
  | { readonly kind: 'damaged' }
  /** In the words of whoever tried. `isRefused`: somebody is there and does not want. */
  | { readonly kind: 'unreachable'; readonly reason: string; readonly isRefused: boolean };

/** One thing that was looked at. */
export interface Finding {
  /** What it is about, such as `serial`. */
  readonly area: string;
  readonly mark: 'ok' | 'warning' | 'failure';
  readonly text: string;
  /** What to type, or to do. */
  readonly fix?: string;
}
