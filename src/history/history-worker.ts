import { parentPort, workerData } from 'node:worker_threads';
import { startStore } from './store-server.ts';
import type { StoreOptions, ToStore } from './protocol.ts';

/** The thread that has the disk: a write or a long question there keeps no device waiting. */
const port = parentPort;
if (port === null) throw new Error('this file is the thread of a history, and no program');

const handle = startStore(workerData as StoreOptions, (message) => {
  const series = message.kind === 'answer' ? message.series : [];
  port.postMessage(
    message,
    series.map(({ rows }) => rows.buffer),
  );
  if (message.kind === 'closed') port.close();
});
port.on('message', (message: ToStore) => handle(message));
