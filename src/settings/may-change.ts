import { access, constants, realpath, stat } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { dirname } from 'node:path';

/** The code with which the system refuses to let this program write a path; undefined where it lets it. */
export type WriteRefusal = (path: string) => Promise<string | undefined>;

/** Why the program cannot replace a file, and what to do about it; undefined where it can. */
export async function whyReadOnly(
  path: string,
  refusalOf: WriteRefusal = refusalByAccess,
): Promise<string | undefined> {
  try {
    const file = await realpath(path);
    const folder = dirname(file);
    // A file is replaced by another one of its name: that is a change of the folder.
    for (const one of [file, folder]) {
      const refused = await refusalOf(one);
      if (refused === 'EROFS') return readOnlySystem(one, folder);
      if (refused !== undefined) return `this program may not write ${one}: ${OWNER_FIX}`;
    }
    const { uid } = await stat(file);
    const own = userInfo().uid;
    if (own === 0 || uid === own) return undefined;
    return `${file} belongs to another user than dinrail runs as: ${OWNER_FIX}`;
  } catch (error) {
    return `${path} cannot be looked at (${codeOf(error)}): ${OWNER_FIX}`;
  }
}

const OWNER_FIX = 'give it and its folder to the user that dinrail runs as, with chown';

function readOnlySystem(path: string, folder: string): string {
  return `${path} can only be read where this program runs: for a service, systemctl edit dinrail and add ReadWritePaths=${folder} under [Service]`;
}

const refusalByAccess: WriteRefusal = async (path) =>
  access(path, constants.W_OK).then(() => undefined, codeOf);

function codeOf(error: unknown): string {
  return (error as { readonly code?: string }).code ?? 'unknown';
}
