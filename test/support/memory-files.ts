import { join, normalize } from 'node:path';
import type { FileAccess } from '../../src/config/file-access.ts';

/** The profiles that come with dinrail. */
export const SHIPPED_PROFILES = join(import.meta.dirname, '../../profiles');

/** A file system in memory, by path. */
export function memoryFiles(contents: Readonly<Record<string, string | Uint8Array>>): FileAccess {
  const files = new Map(
    Object.entries(contents).map(([path, data]) => [
      normalize(path),
      typeof data === 'string' ? new TextEncoder().encode(data) : data,
    ]),
  );
  const below = (folder: string): readonly string[] =>
    [...files.keys()]
      .filter((path) => path.startsWith(`${normalize(folder)}/`))
      .map((path) => path.slice(normalize(folder).length + 1));
  return {
    async read(path) {
      const data = files.get(normalize(path));
      if (data !== undefined) return data;
      const code = below(path).length > 0 ? 'EISDIR' : 'ENOENT';
      throw Object.assign(new Error(code), { code });
    },
    async list(folder) {
      return below(folder);
    },
  };
}
