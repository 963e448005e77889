import type { Sample } from './sample.ts';
import type { Site } from './site.ts';

/**
 * Somewhere samples go. The gateway calls `open` once, then `write` for one batch at a time, then
 * `close` once, and never two of them at the same time: a sink needs no lock, no queue and no retry.
 */
export interface Sink {
  open(site: Site, signal: AbortSignal): Promise<void>;

  /**
   * Resolves when the receiver has taken charge of the batch, naming what it refused for good.
   * Throws SinkUnavailableError when it took nothing: the same batch will be offered again.
   */
  write(batch: readonly Sample[], signal: AbortSignal): Promise<Delivery>;

  close(): Promise<void>;
}

export interface Delivery {
  readonly rejected: readonly { readonly sample: Sample; readonly reason: string }[];
}

export const ALL_DELIVERED: Delivery = { rejected: [] };
