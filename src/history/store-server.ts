import { describeError, InvalidRequestError } from '../base/errors.ts';
import type { FromStore, StoreOptions, StoreStatus, ToStore } from './protocol.ts';
import type { SqliteModule } from './history-file.ts';
import { HistoryStore } from './store.ts';

/** Begins a store; what is asked of it before SQLite is there waits. */
export function startStore(
  options: StoreOptions,
  send: (message: FromStore) => void,
): (message: ToStore) => void {
  const early: ToStore[] = [];
  let server: StoreServer | undefined;
  const begin = (sqlite: SqliteModule | Error): void => {
    server = new StoreServer(sqlite, options, send);
    for (const message of early.splice(0)) server.handle(message);
  };
  void import('node:sqlite').then(begin, (error: unknown) =>
    begin(error instanceof Error ? error : new Error(String(error))),
  );
  return (message) => {
    if (server === undefined) early.push(message);
    else server.handle(message);
  };
}

/** Does what messages ask of a store, and answers with messages: on a thread, or beside a test. */
class StoreServer {
  readonly #send: (message: FromStore) => void;
  readonly #store: HistoryStore | undefined;
  /** Why there is no store. */
  readonly #missing: string;
  #dropped = 0;
  #now = 0;

  /** `sqlite`: the module, or why it could not be loaded. */
  constructor(
    sqlite: SqliteModule | Error,
    options: StoreOptions,
    send: (message: FromStore) => void,
  ) {
    this.#send = send;
    this.#missing =
      sqlite instanceof Error ? `this Node has no SQLite: ${describeError(sqlite)}` : '';
    this.#store =
      sqlite instanceof Error
        ? undefined
        : new HistoryStore(sqlite, options, (message) => send({ kind: 'warning', message }));
    this.#sendStatus();
  }

  handle(message: ToStore): void {
    switch (message.kind) {
      case 'record':
        if (this.#store === undefined) this.#dropped += message.batch.keys.length;
        else this.#store.record(message.batch);
        this.#send({ kind: 'taken', samples: message.batch.keys.length });
        break;
      case 'tick':
        this.#now = message.now;
        this.#store?.tick(message.now, message.wall, message.lost);
        this.#sendStatus();
        break;
      case 'query':
        this.#query(message);
        break;
      case 'close':
        this.#store?.close(message.now, message.wall);
        this.#sendStatus();
        this.#send({ kind: 'closed' });
        break;
    }
  }

  #query({ id, question }: ToStore & { readonly kind: 'query' }): void {
    try {
      if (this.#store === undefined) throw new Error(this.#missing);
      this.#send({ kind: 'answer', id, ...this.#store.query(question, this.#now) });
    } catch (error) {
      const yours = error instanceof InvalidRequestError;
      this.#send({ kind: 'refused', id, reason: describeError(error), yours });
    }
  }

  #sendStatus(): void {
    const none = { error: this.#missing, bytes: 0, points: 0, dropped: this.#dropped };
    const status: StoreStatus = this.#store?.status() ?? none;
    this.#send({ kind: 'status', status });
  }
}
