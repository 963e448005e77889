import { Worker } from 'node:worker_threads';
import type { FromStore, StoreOptions, ToStore } from './protocol.ts';

/** A way to a store. */
export interface Link {
  post(message: ToStore): void;
  /** Ends it at once. */
  end(): void;
}

export interface LinkEvents {
  message(message: FromStore): void;
  /** It is over, although nobody has closed it. */
  lost(error: Error): void;
}

export type Linker = (options: StoreOptions, events: LinkEvents) => Link;

/** The store on a thread of its own. */
export const threadLink: Linker = (options, events) => {
  // The same file in the sources and in what is built from them.
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const script = new URL(`history-worker.${extension}`, import.meta.url);
  const worker = new Worker(script, {
    workerData: options,
    execArgv: [],
    name: 'history',
    resourceLimits: { maxYoungGenerationSizeMb: 8 },
  });
  worker.on('message', (message: FromStore) => events.message(message));
  worker.on('error', (error: unknown) =>
    events.lost(error instanceof Error ? error : new Error(String(error))),
  );
  return {
    post(message) {
      const columns = message.kind === 'record' ? message.batch : undefined;
      const owned = columns && [columns.keys.buffer, columns.at.buffer, columns.values.buffer];
      worker.postMessage(message, owned as ArrayBuffer[] | undefined);
    },
    end: () => void worker.terminate(),
  };
};
