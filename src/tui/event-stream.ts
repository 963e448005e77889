import type { DeltaEvent, SnapshotEvent } from '../api/contract.ts';
import type { SourceListener } from './source.ts';

/** More than any event has; what is longer is no gateway. */
const MAX_EVENT = 64_000_000;

/**
 * The text of an event stream into events (HTML Living Standard, section 9.2.6), as far as our gateway uses
 * it: an event has a name and one line of JSON. Throws where the text is something else.
 */
export class EventStreamReader {
  readonly #listener: Pick<SourceListener, 'snapshot' | 'delta'>;
  #pending = '';

  constructor(listener: Pick<SourceListener, 'snapshot' | 'delta'>) {
    this.#listener = listener;
  }

  push(chunk: string): void {
    this.#pending += chunk;
    for (;;) {
      const end = this.#pending.indexOf('\n\n');
      if (end < 0) break;
      const event = this.#pending.slice(0, end);
      this.#pending = this.#pending.slice(end + 2);
      this.#take(event);
    }
    if (this.#pending.length > MAX_EVENT) throw new RangeError('an event is too long');
  }

  #take(event: string): void {
    const fields = new Map<string, string>();
    for (const line of event.split('\n')) {
      const colon = line.indexOf(':');
      if (colon > 0) fields.set(line.slice(0, colon), line.slice(colon + 1).trimStart());
    }
    const data = fields.get('data');
    if (data === undefined) return;
    const name = fields.get('event');
    if (name === 'snapshot') this.#listener.snapshot(JSON.parse(data) as SnapshotEvent);
    if (name === 'delta') this.#listener.delta(JSON.parse(data) as DeltaEvent);
  }
}
