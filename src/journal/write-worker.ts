import { closeSync, fdatasyncSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { parentPort } from 'node:worker_threads';
import { WRITE_FLAGS } from './disk.ts';
import type { WriteJob } from './segment-writer.ts';

/** What the thread that writes answers to a job. */
export interface WriteAnswer {
  readonly error?: { readonly message: string; readonly code?: string };
}

let descriptor: number | undefined;
let path = '';

function close(): void {
  if (descriptor === undefined) return;
  const before = descriptor;
  descriptor = undefined;
  closeSync(before);
}

function write(job: WriteJob): void {
  if (descriptor === undefined || path !== job.path) {
    close();
    descriptor = openSync(job.path, WRITE_FLAGS, 0o640);
    path = job.path;
  }
  let { position } = job;
  for (const part of job.parts) {
    for (let done = 0; done < part.length;) {
      done += writeSync(descriptor, part, done, part.length - done, position + done);
    }
    position += part.length;
  }
  fdatasyncSync(descriptor);
  if (job.position === 0) syncFolder(dirname(job.path));
}

/** A file that is new has a name only when its folder is on the disk. */
function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function answer(job: WriteJob): WriteAnswer {
  try {
    write(job);
    return {};
  } catch (error) {
    try {
      close();
    } catch {
      // The first failure is the one to tell.
    }
    const { message, code } = error as NodeJS.ErrnoException;
    return { error: { message, ...(code !== undefined && { code }) } };
  }
}

parentPort?.on('message', (job: WriteJob) => {
  parentPort?.postMessage(answer(job));
});
