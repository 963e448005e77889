import type { Clock } from '../base/clock.ts';
import { judgeAnswer, judgeWrites, type Verdict } from './judge.ts';
import type { EventPort, HttpPort, WritePort } from './ports.ts';
import type { RunState } from './run-state.ts';
import {
  idempotencyKey,
  type PlannedCall,
  type PlannedEvent,
  type PlannedStep,
  type PlannedWrites,
} from './step-plan.ts';

export interface RunnerParts {
  readonly clock: Clock;
  readonly http: HttpPort;
  readonly writer: WritePort;
  readonly events: EventPort;
  /** The headers of a step, by the present configuration. */
  readonly headersOf: (flow: string, template: number) => Readonly<Record<string, string>>;
}

/** Most of an answer that is read; only its beginning is shown to anybody. */
const MAX_ANSWER_BYTES = 64 * 1024;
/** A write waits for its turn no longer than this, in milliseconds. */
const WRITE_TTL_MS = 30_000;

/** One try of one step. */
export class StepRunner {
  readonly #parts: RunnerParts;

  constructor(parts: RunnerParts) {
    this.#parts = parts;
  }

  async run(run: RunState, index: number, step: PlannedStep): Promise<Verdict> {
    switch (step.kind) {
      case 'http':
        return this.#call(run, index, step);
      case 'write':
        return this.#write(run, step);
      case 'event':
        return this.#emit(run, index, step);
      case 'refused':
        return { kind: 'refused', note: step.reason };
    }
  }

  async #call({ plan }: RunState, index: number, step: PlannedCall): Promise<Verdict> {
    const { method, url, body, contentType, timeoutMs, template } = step;
    const headers = {
      ...(contentType !== undefined && { 'content-type': contentType }),
      ...this.#parts.headersOf(plan.flow, template),
      'idempotency-key': idempotencyKey(plan, index),
    };
    const limits = { timeoutMs, maxBytes: MAX_ANSWER_BYTES };
    const question = { method, url, headers, ...limits, ...(body !== undefined && { body }) };
    return judgeAnswer(await this.#parts.http.ask(question));
  }

  async #write({ plan, deadline }: RunState, { writes }: PlannedWrites): Promise<Verdict> {
    const leftMs = (deadline - this.#parts.clock.wallMicros()) / 1000;
    const ttlMs = Math.max(1, Math.min(WRITE_TTL_MS, leftMs));
    const order = { writes, flow: plan.flow, reason: plan.id, ttlMs };
    return judgeWrites(await this.#parts.writer.write(order));
  }

  async #emit({ plan }: RunState, index: number, step: PlannedEvent): Promise<Verdict> {
    const { at, flow, lane } = plan;
    await this.#parts.events.emit({
      ...{ type: `rule.${step.topic}`, at, source: lane.slice(flow.length + 1) },
      ...{ id: idempotencyKey(plan, index), data: step.data },
    });
    return { kind: 'done', note: 'kept in the journal' };
  }
}
