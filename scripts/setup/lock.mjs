import { mkdirSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { say } from './say.mjs';

/** How often the holder shows that it lives, and when others take its lock for left behind. */
const BEAT_MS = 1_000;
const STALE_MS = 10_000;
const LOOK_AGAIN_MS = 200;

/**
 * Runs `work` while no other process runs work under the same lock. A lock is a folder: making one is
 * atomic everywhere. The holder touches it, so that one of a killed process is not waited for long.
 *
 * @template T
 * @param {string} path
 * @param {() => Promise<T>} work
 * @param {number} [staleMs]
 * @returns {Promise<T>}
 */
export async function withLock(path, work, staleMs = STALE_MS) {
  mkdirSync(dirname(path), { recursive: true });
  await take(path, staleMs);
  const beat = setInterval(() => {
    const now = new Date();
    utimesSync(path, now, now);
  }, BEAT_MS);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    rmSync(path, { recursive: true, force: true });
  }
}

/**
 * @param {string} path
 * @param {number} staleMs
 */
async function take(path, staleMs) {
  for (let told = false; !make(path);) {
    if (ageMs(path) > staleMs) {
      removeStale(path);
      continue;
    }
    if (!told) say('another run is setting up here; waiting for it …');
    told = true;
    await pause(LOOK_AGAIN_MS);
  }
}

/** @param {string} path */
function make(path) {
  try {
    mkdirSync(path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** @param {string} path */
function ageMs(path) {
  const found = statSync(path, { throwIfNoEntry: false });
  return found === undefined ? 0 : Date.now() - found.mtimeMs;
}

/**
 * Of several who find it stale, one renames it; the others find nothing.
 *
 * @param {string} path
 */
function removeStale(path) {
  const aside = `${path}.stale-${process.pid}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw error;
  }
  rmSync(aside, { recursive: true, force: true });
}

/** @param {unknown} error */
function codeOf(error) {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
