import type { SinkJson, TrafficJson, WriteResultJson, WritesJson } from '../api/contract.ts';
import { describeError } from '../base/errors.ts';
import { EventStreamReader } from '../tui/event-stream.ts';
import type { SourceListener, TuiSource, WriteAnswer } from '../tui/source.ts';
import type { GatewayClient } from './gateway-client.ts';
import { problemText, type GatewayAnswer } from './gateway-problem.ts';

/** Of one answer: more than a screen shows, and little enough for a slow way. */
const MOST_FRAMES = 200;

/** A gateway, near or far, by its HTTP API. */
export function gatewaySource(gateway: GatewayClient): TuiSource {
  return {
    where: gateway.host,
    open: (listener) => openStream(gateway, listener),
    async sinks() {
      const answer = await gateway.get('/api/v1/sinks');
      return answer.status === 200 ? (JSON.parse(answer.body) as readonly SinkJson[]) : undefined;
    },
    async frames(after) {
      const from = after === undefined ? '' : `&after=${after}`;
      const answer = await gateway.get(`/api/v1/traffic?limit=${MOST_FRAMES}${from}`);
      return answer.status === 200 ? (JSON.parse(answer.body) as TrafficJson) : undefined;
    },
    async writes() {
      const answer = await gateway.get('/api/v1/writes');
      return answer.status === 200 ? (JSON.parse(answer.body) as WritesJson) : undefined;
    },
    async write(device, point, value) {
      const path = `/api/v1/values/${encodeURIComponent(device)}/${encodeURIComponent(point)}`;
      // As it was typed: the gate reads it as people write it, names of states too.
      return writeAnswer(await gateway.put(path, { value }));
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

const DONE: ReadonlySet<string> = new Set<WriteResultJson['outcome']>(['confirmed', 'unchanged']);

function writeAnswer(answer: GatewayAnswer): WriteAnswer {
  const { outcome, message, who } = readJson(answer.body) as Partial<WriteResultJson>;
  if (outcome !== undefined) {
    const logged = who === undefined ? '' : `, logged as ${who}`;
    return { ok: DONE.has(outcome), text: `${outcome}: ${message ?? ''}${logged}` };
  }
  if (answer.status === 405)
    return { ok: false, text: 'this gateway takes no writes over its API' };
  return { ok: false, text: problemText(answer) };
}

function readJson(text: string): object {
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === 'object' && json !== null ? json : {};
  } catch {
    return {};
  }
}
