import type { SiteEvent } from '../telemetry/event.ts';
import type { PlannedWrite } from './step-plan.ts';

/** What the exchange does with the world, so that a test can be the world. */

export interface HttpQuestion {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Absent: an empty body. */
  readonly body?: string;
  readonly timeoutMs: number;
  /** A longer answer is a problem. */
  readonly maxBytes: number;
}

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
  /** How long the server asked to be left alone, in milliseconds. */
  readonly retryAfterMs?: number;
}

/** Why there is no whole answer, in words. What the server did with the question is not known. */
export interface HttpProblem {
  readonly problem: string;
}

export interface HttpPort {
  ask(question: HttpQuestion): Promise<HttpAnswer | HttpProblem>;
}

/** What became of one write, in the words of the gate. */
export interface WriteReport {
  readonly point: string;
  readonly outcome: 'confirmed' | 'unchanged' | 'refused' | 'unknown' | 'failed';
  readonly code: string;
  readonly message: string;
}

export interface WriteOrder {
  readonly writes: readonly PlannedWrite[];
  /** For the audit. */
  readonly flow: string;
  readonly reason: string;
  /** How long it may wait for its turn, in milliseconds. */
  readonly ttlMs: number;
}

export interface WritePort {
  /** One turn of one device. Reads what is there first, and sends nothing that is there already. */
  write(order: WriteOrder): Promise<readonly WriteReport[]>;
}

export interface EventPort {
  /** Resolves when the event is kept. */
  emit(event: SiteEvent): Promise<void>;
}
