interface Waiting {
  readonly sequence: number;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** Those who wait until everything below a sequence is on the disk. */
export class SyncQueue {
  #waiting: Waiting[] = [];

  async wait(sequence: number): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#waiting.push({ sequence, resolve, reject });
    });
  }

  reached(durable: number): void {
    if (this.#waiting.length === 0) return;
    const done = this.#waiting.filter(({ sequence }) => sequence <= durable);
    this.#waiting = this.#waiting.filter(({ sequence }) => sequence > durable);
    for (const { resolve } of done) resolve();
  }

  fail(error: Error): void {
    const failed = this.#waiting;
    this.#waiting = [];
    for (const { reject } of failed) reject(error);
  }
}
