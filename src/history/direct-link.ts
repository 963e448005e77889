import type { Linker } from './link.ts';
import { startStore } from './store-server.ts';

/** The store on this thread, for tests and short questions: a question is answered where it is asked. */
export const directLink: Linker = (options, events) => {
  const post = startStore(options, (message) => events.message(message));
  return { post, end: () => undefined };
};
