import { Worker } from 'node:worker_threads';
import type { SegmentWriter, WriteJob } from './segment-writer.ts';
import type { WriteAnswer } from './write-worker.ts';

/** Beside this file, with its extension: it is run from the sources and from the build. */
const WORKER = new URL(
  `./write-worker${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`,
  import.meta.url,
);

/** Writes in a thread of its own: a slow disk holds up nobody. A thread that dies is replaced. */
export function workerWriter(): SegmentWriter {
  let worker: Worker | undefined;
  let settle: ((error?: Error) => void) | undefined;

  function done(error?: Error): void {
    const waiting = settle;
    settle = undefined;
    waiting?.(error);
  }

  function started(): Worker {
    if (worker !== undefined) return worker;
    const fresh = new Worker(WORKER, { name: 'journal' });
    const gone = (error: Error): void => {
      if (worker === fresh) worker = undefined;
      done(error);
    };
    fresh.on('message', ({ error }: WriteAnswer) => {
      done(error && Object.assign(new Error(error.message), { code: error.code }));
    });
    fresh.on('error', gone);
    fresh.on('exit', (code) => gone(new Error(`the thread that writes ended with ${code}`)));
    return (worker = fresh);
  }

  return {
    async write(job: WriteJob) {
      const target = started();
      // A process whose work is done may end; with a job on the way it is not.
      target.ref();
      try {
        await new Promise<void>((resolve, reject) => {
          settle = (error) => (error === undefined ? resolve() : reject(error));
          target.postMessage(job);
        });
      } finally {
        target.unref();
      }
    },
    async close() {
      const last = worker;
      worker = undefined;
      await last?.terminate();
    },
  };
}
