/** What a server keeps at hand between chunks; a flood of requests in one chunk may take more. */
const SIZE = 64 * 1024;

/**
 * Where the answers to one chunk are gathered, so that they leave in one write: the system call is
 * most of what an answer costs. All connections of a listener share one, as each chunk is answered
 * and written before the next is looked at.
 */
export class AnswerBuffer {
  bytes: Buffer = Buffer.allocUnsafe(SIZE);
  length = 0;

  /** Makes room for `size` bytes more. */
  reserve(size: number): void {
    if (this.length + size <= this.bytes.length) return;
    const grown = Buffer.allocUnsafe(this.bytes.length * 2);
    this.bytes.copy(grown, 0, 0, this.length);
    this.bytes = grown;
  }

  /** What was gathered, valid until the next answer. */
  view(): Buffer {
    return this.bytes.subarray(0, this.length);
  }

  /** Begins anew in the same memory: the kernel has taken what was in it. */
  reuse(): void {
    this.length = 0;
    if (this.bytes.length > SIZE) this.bytes = Buffer.allocUnsafe(SIZE);
  }

  /** Begins anew in other memory: somebody else still holds what was in it. */
  replace(): void {
    this.length = 0;
    this.bytes = Buffer.allocUnsafe(SIZE);
  }
}
