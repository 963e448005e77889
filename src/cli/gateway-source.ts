import type { ProblemJson, SinkJson } from '../api/contract.ts';
import { describeError } from '../base/errors.ts';
import { EventStreamReader } from '../tui/event-stream.ts';
import type { SourceListener, TuiSource, WriteAnswer } from '../tui/source.ts';
import { problemText, type GatewayAnswer, type GatewayClient } from './gateway-client.ts';

/** A gateway, near or far, by its HTTP API. */
export function gatewaySource(gateway: GatewayClient): TuiSource {
  return {
    where: gateway.host,
    open: (listener) => openStream(gateway, listener),
    async sinks() {
      const answer = await gateway.get('/api/v1/sinks');
      return answer.status === 200 ? (JSON.parse(answer.body) as readonly SinkJson[]) : undefined;
    },
    async write(device, point, value) {
      const path = `/api/v1/values/${encodeURIComponent(device)}/${encodeURIComponent(point)}`;
      return writeAnswer(await gateway.put(path, { value: typedValue(value) }));
    },
  };
}

function openStream(gateway: GatewayClient, listener: SourceListener): () => void {
  const stop = new AbortController();
  const reader = new EventStreamReader({
    snapshot(event) {
      if (!stop.signal.aborted) listener.snapshot(event);
    },
    delta(event) {
      if (!stop.signal.aborted) listener.delta(event);
    },
  });
  void gateway
    .stream('/api/v1/events', (chunk) => reader.push(chunk), stop.signal)
    .then(
      () => 'the gateway ended it',
      (error: unknown) => describeError(error),
    )
    .then((why) => {
      if (!stop.signal.aborted) listener.lost(why);
    });
  return () => stop.abort();
}

/** What was typed as JSON has it: `750` is a number, `true` a flag, anything else a text. */
function typedValue(text: string): number | boolean | string {
  if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text)) {
    const number = Number(text);
    // Digits that a number would lose go as they were typed.
    return Number.isInteger(number) && !Number.isSafeInteger(number) ? text : number;
  }
  if (text === 'true' || text === 'on') return true;
  return text === 'false' || text === 'off' ? false : text;
}

/** What the gate said. Its words are shown as they are. */
interface WriteJson {
  readonly outcome?: string;
  readonly message?: string;
}

const DONE: ReadonlySet<string | undefined> = new Set(['confirmed', 'unchanged']);

function writeAnswer(answer: GatewayAnswer): WriteAnswer {
  const said = readJson(answer.body) as Partial<WriteJson & ProblemJson> | undefined;
  const { outcome, message } = said ?? {};
  if (answer.status === 200) {
    const ok = outcome === undefined || DONE.has(outcome);
    return { ok, text: message ?? outcome ?? 'written' };
  }
  if (said?.detail === undefined && message !== undefined) return { ok: false, text: message };
  if (answer.status === 404 || answer.status === 405) {
    return { ok: false, text: 'this gateway takes no writes over its API' };
  }
  return { ok: false, text: problemText(answer) };
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
