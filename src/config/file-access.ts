import { readdir, readFile, stat } from 'node:fs/promises';

/** What of the file system is read; a test brings its own. Both reject as `node:fs` does. */
export interface FileAccess {
  read(path: string): Promise<Uint8Array>;
  /** Every file below a folder, relative to it, with `/` between the parts. */
  list(folder: string): Promise<readonly string[]>;
}

/** Beyond this a file is no site and no profile, and parsing it would take seconds. */
export const MAX_FILE_BYTES = 1024 * 1024;

/** Something at the path that is no text file of a reasonable size; the message says what. */
export class UnreadableFileError extends Error {}

export const realFiles: FileAccess = {
  async read(path) {
    // A pipe or a device has no size, and reading it might never end.
    const info = await stat(path);
    if (!info.isFile() && !info.isDirectory()) throw new UnreadableFileError('not a plain file');
    if (info.size > MAX_FILE_BYTES) throw new UnreadableFileError(sizeProblem(info.size));
    return readFile(path);
  },
  async list(folder) {
    const names = await readdir(folder, { recursive: true });
    return names.map((name) => name.replaceAll('\\', '/'));
  },
};

export type ReadText =
  { readonly text: string } | { readonly problem: string; readonly missing: boolean };

/** A whole text file, or in words why not. */
export async function readText(files: FileAccess, path: string): Promise<ReadText> {
  try {
    const bytes = await files.read(path);
    if (bytes.length > MAX_FILE_BYTES) {
      return { problem: sizeProblem(bytes.length), missing: false };
    }
    return decode(bytes);
  } catch (error) {
    if (error instanceof UnreadableFileError) return { problem: error.message, missing: false };
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    return {
      problem: READ_PROBLEMS[code] ?? `cannot be read: ${code}`,
      missing: code === 'ENOENT' || code === 'ENOTDIR',
    };
  }
}

function decode(bytes: Uint8Array): ReadText {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    return { problem: 'this is UTF-16, expected UTF-8: save it again as UTF-8', missing: false };
  }
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    return { problem: badByte(bytes), missing: false };
  }
}

/** Where the bytes stop being UTF-8: a person looks for the degree sign that an old editor wrote. */
function badByte(bytes: Uint8Array): string {
  const lenient = new TextDecoder('utf-8').decode(bytes);
  const before = lenient.slice(0, Math.max(0, lenient.indexOf('\uFFFD')));
  const line = before.split('\n').length;
  return `line ${line} is not UTF-8: save it again as UTF-8`;
}

function sizeProblem(size: number): string {
  return `the file has ${(size / MAX_FILE_BYTES).toFixed(1)} MB, expected at most 1 MB`;
}

const READ_PROBLEMS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EISDIR: 'this is a folder, expected a file',
  EACCES: 'no permission to read this file',
  EPERM: 'no permission to read this file',
  ELOOP: 'the links lead in a circle',
};
