import { SinkUnavailableError } from '../../base/errors.ts';
import type { Sample } from '../../telemetry/sample.ts';
import type { Delivery, Refusal } from '../../telemetry/sink.ts';
import type { Verdict } from './judge.ts';
import type { Encoded, LineEncoder } from './line-encoder.ts';

/** One line and what stands on it. */
interface Line {
  readonly text: string;
  readonly samples: readonly Sample[];
}

/** Sends lines; throws SinkUnavailableError when it is not known what became of them. */
export type Post = (lines: readonly string[]) => Promise<Verdict>;

/** What does not change from line to line. */
export interface DeliveryTerms {
  /** Most lines of one request. */
  readonly lines: number;
  /** Address of the server, for people. */
  readonly place: string;
}

/** Requests for one batch. When finding the bad lines takes more, the rest is left for the next turn. */
const MAX_REQUESTS = 500;

/**
 * Delivers one batch. When the server refuses a group of lines, the group is halved until what is
 * wrong stands alone; lines that a server writes twice on the way are the same points to it.
 */
export class BatchDelivery {
  readonly #encoder: LineEncoder;
  readonly #post: Post;
  readonly #rejected: Refusal[] = [];
  /** Groups to send, the next one at the end. */
  readonly #groups: (readonly Line[])[];
  readonly #samples: readonly Sample[];
  readonly #place: string;
  #taken = false;

  constructor(samples: readonly Sample[], terms: DeliveryTerms, encoder: LineEncoder, post: Post) {
    this.#samples = samples;
    this.#encoder = encoder;
    this.#post = post;
    this.#place = terms.place;
    const encoded = encoder.encode(samples);
    this.#rejected.push(...encoded.refused);
    this.#groups = chunks(linesOf(encoded, samples), terms.lines).reverse();
  }

  async run(): Promise<Delivery> {
    for (let requests = 0; this.#groups.length > 0; requests += 1) {
      if (requests === MAX_REQUESTS) return this.#delivery();
      const group = this.#groups.pop() ?? [];
      try {
        await this.#offer(group);
      } catch (error) {
        // What was taken before is not offered again; what this group lacks will be told next time.
        if (!(error instanceof SinkUnavailableError) || !this.#taken) throw error;
        this.#groups.push(group);
        return this.#delivery();
      }
    }
    return this.#delivery();
  }

  async #offer(group: readonly Line[]): Promise<void> {
    const verdict = await this.#post(group.map(({ text }) => text));
    if (verdict.kind === 'taken') {
      this.#taken = true;
      return;
    }
    const smaller = this.#split(group, verdict);
    if (smaller.length > 0) {
      this.#groups.push(...smaller);
      return;
    }
    if (!this.#taken && verdict.kind === 'refused') await this.#checkRequest(verdict.reason);
    this.#taken = true;
    for (const { samples } of group) {
      for (const sample of samples) this.#rejected.push({ sample, reason: verdict.reason });
    }
  }

  /** Smaller groups to offer instead, the first at the end; none when all of this group is to blame. */
  #split(group: readonly Line[], verdict: Verdict): (readonly Line[])[] {
    const single = group.every(({ samples }) => samples.length === 1);
    const wholly = verdict.kind === 'refused' && verdict.dropped === group.length;
    if (single && (group.length === 1 || wholly)) return [];
    // The good fields of a bad line are to arrive: every sample gets a line of its own.
    if (wholly || group.length === 1) return [group.flatMap((line) => this.#alone(line))];
    const middle = group.length >> 1;
    return [group.slice(middle), group.slice(0, middle)];
  }

  #alone({ samples }: Line): readonly Line[] {
    return samples.map((sample) => {
      const [text = ''] = this.#encoder.encode([sample]).lines;
      return { text, samples: [sample] };
    });
  }

  /** A request that is wrong without any line in it is not the fault of a line. */
  async #checkRequest(reason: string): Promise<void> {
    const verdict = await this.#post([]);
    if (verdict.kind === 'refused' && verdict.reason === reason) {
      throw new SinkUnavailableError(`${this.#place} refuses all writes: ${reason}`);
    }
  }

  #delivery(): Delivery {
    const left = new Set(this.#groups.flatMap((group) => group.flatMap(({ samples }) => samples)));
    if (left.size === 0) return { rejected: this.#rejected };
    return { rejected: this.#rejected, rest: this.#samples.filter((sample) => left.has(sample)) };
  }
}

function linesOf({ lines, lineOf }: Encoded, samples: readonly Sample[]): readonly Line[] {
  const made = lines.map((text) => ({ text, samples: [] as Sample[] }));
  for (const [index, sample] of samples.entries()) {
    made[lineOf[index] ?? -1]?.samples.push(sample);
  }
  return made;
}

function chunks(lines: readonly Line[], size: number): (readonly Line[])[] {
  const groups: (readonly Line[])[] = [];
  for (let from = 0; from < lines.length; from += size) groups.push(lines.slice(from, from + size));
  return groups;
}
