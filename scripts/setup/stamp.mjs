import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** In the folder it speaks of, so that both appear, move and vanish together. */
const STAMP_FILE = '.built-from';

/**
 * One hash over the names and contents of files. Times do not count: a checkout changes them.
 *
 * @param {string} root
 * @param {readonly string[]} files relative to `root`; those that do not exist are left out
 */
export function fingerprint(root, files) {
  const hash = createHash('sha256');
  for (const file of [...files].sort()) {
    if (!existsSync(join(root, file))) continue;
    const content = readFileSync(join(root, file));
    hash.update(`${file}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

/**
 * The files below a folder, relative to `root`, with forward slashes.
 *
 * @param {string} root
 * @param {string} folder
 * @param {(file: string) => boolean} wanted
 * @returns {string[]}
 */
export function filesUnder(root, folder, wanted) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return filesUnder(root, path, wanted);
    return entry.isFile() && wanted(path) ? [path] : [];
  });
}

/**
 * What a built folder was built from; undefined when it was not built, or not by us.
 *
 * @param {string} folder
 */
export function readStamp(folder) {
  const file = join(folder, STAMP_FILE);
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined;
}

/**
 * @param {string} folder
 * @param {string} stamp
 */
export function writeStamp(folder, stamp) {
  writeFileSync(join(folder, STAMP_FILE), `${stamp}\n`);
}
