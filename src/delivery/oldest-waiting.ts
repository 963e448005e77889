import type { Journal } from '../journal/journal.ts';

/** When the oldest record that waits was read; looked up in the journal, so that the answer may come late. */
export class OldestWaiting {
  readonly #journal: Pick<Journal, 'read'>;
  #known: { readonly sequence: number; readonly at?: number } | undefined;

  constructor(journal: Pick<Journal, 'read'>) {
    this.#journal = journal;
  }

  /** Of the record of this sequence, microseconds since 1970. */
  at(sequence: number): number | undefined {
    if (this.#known?.sequence !== sequence) {
      this.#known = { sequence };
      void this.#lookUp(sequence);
    }
    return this.#known.at;
  }

  async #lookUp(sequence: number): Promise<void> {
    try {
      const { records } = await this.#journal.read(sequence, { samples: 1 });
      const [record] = records;
      const at = record?.kind === 'samples' ? record.samples[0]?.at : record?.at;
      if (at !== undefined) this.#known = { sequence, at };
    } catch {
      // It is only shown; the delivery meets the same failure and says so.
      this.#known = undefined;
    }
  }
}
