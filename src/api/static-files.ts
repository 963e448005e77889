import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.webmanifest': 'application/manifest+json',
};

/** A built page has a handful of files; more than this is some other folder. */
const MAX_FILES = 64;
const MAX_FILE_BYTES = 4 * 1024 * 1024;

/**
 * Not brotli, which saves an eighth of 120 kB and takes seconds of a small processor at each start and 12 MB
 * that are never given back.
 */
export type Encoding = 'gzip' | 'identity';

/** A file of the page, in memory, ready to be sent. */
export interface StaticFile {
  /** The exact path of its URL: `/`, `/assets/index-3f9c.js`. */
  readonly path: string;
  readonly type: string;
  readonly cacheControl: string;
  readonly bodies: Readonly<Record<Encoding, Buffer>>;
  /** Differs by encoding, as the bytes do (RFC 9110, section 8.8.3). */
  readonly etags: Readonly<Record<Encoding, string>>;
}

/**
 * The page as a fixed table, read once: no path of a request ever reaches the file system. Undefined
 * when the folder holds no page.
 */
export async function readPage(webRoot: string): Promise<readonly StaticFile[] | undefined> {
  const html = await read(join(webRoot, 'index.html'));
  if (html === undefined) return undefined;
  const names = await readdir(join(webRoot, 'assets')).catch(() => []);
  const files = [await staticFile('/', '.html', html, 'no-cache')];
  for (const name of names.slice(0, MAX_FILES)) {
    // A name with other characters would be a pattern to the router; the build makes none.
    if (!/^[\w.-]+$/.test(name) || TYPES[extname(name)] === undefined) continue;
    const body = await read(join(webRoot, 'assets', name));
    if (body === undefined) continue;
    // The name carries a hash of the content, or a number, so what it names never changes.
    const cacheControl = 'public, max-age=31536000, immutable';
    files.push(await staticFile(`/assets/${name}`, extname(name), body, cacheControl));
  }
  return files;
}

/** Which of the encodings we hold a client takes; `identity` when it names none of them. */
export function chooseEncoding(accepted: string | undefined): Encoding {
  const names = (accepted ?? '')
    .toLowerCase()
    .split(',')
    .map((part) => part.trim().split(/\s*;\s*/))
    .filter(([, weight]) => weight === undefined || !/^q=0(\.0*)?$/.test(weight))
    .map(([name]) => name);
  return names.includes('gzip') ? 'gzip' : 'identity';
}

async function read(path: string): Promise<Buffer | undefined> {
  try {
    const body = await readFile(path);
    return body.length <= MAX_FILE_BYTES ? body : undefined;
  } catch {
    return undefined;
  }
}

async function staticFile(
  path: string,
  extension: string,
  body: Buffer,
  cacheControl: string,
): Promise<StaticFile> {
  const zipped = await promisify(gzip)(body, { level: 9 });
  const hash = createHash('sha256').update(body).digest('base64url').slice(0, 22);
  return {
    path,
    type: TYPES[extension] ?? 'application/octet-stream',
    cacheControl,
    bodies: { identity: body, gzip: zipped },
    etags: { identity: `"${hash}"`, gzip: `"${hash}-gz"` },
  };
}
