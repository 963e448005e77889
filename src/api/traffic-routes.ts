import type { FastifyInstance } from 'fastify';
import { localIso } from '../base/time-format.ts';
import type { Site } from '../telemetry/site.ts';
import { explainFrame, hexBytes, type Framing } from '../traffic/explain-frame.ts';
import type { FlightRecorder } from '../traffic/flight-recorder.ts';
import type { RecordedFrame } from '../traffic/frame-ring.ts';
import { pcapng } from '../traffic/pcapng.ts';
import type { ExplainedFrameJson, FrameJson, TrafficJson, TroubleJson } from './contract.ts';
import { sendProblem, type Problem } from './problem.ts';
import { sendJson } from './send-json.ts';

export interface TrafficContext {
  readonly site: Site;
  readonly recorder: FlightRecorder;
}

interface TrafficQuery {
  Querystring: { readonly after?: string; readonly limit?: string; readonly line?: string };
}

interface FrameRoute {
  Params: { readonly seq: string };
}

const MAX_FRAMES = 1_000;

/** What crosses the lines: polled by whoever looks, so that it costs nothing while nobody does. */
export function addTrafficRoutes(app: FastifyInstance, { site, recorder }: TrafficContext): void {
  const { ring } = recorder;
  const framingOf = (line: string): Framing => framingOfUrl(urlOf(site, line));

  app.get<TrafficQuery>('/api/v1/traffic', async ({ query }, reply) => {
    const { after, limit, line } = query;
    const [from, most] = [Number(after ?? 0), Number(limit ?? MAX_FRAMES)];
    if (!Number.isInteger(from) || !(most >= 1 && most <= MAX_FRAMES)) {
      return sendProblem(reply, WRONG_QUERY);
    }
    // Whoever has nothing yet gets the newest.
    const start = after === undefined ? ring.next - most : from + 1;
    const frames = ring.read(start, most, (name) => line === undefined || name === line);
    const answer: TrafficJson = {
      ...{ first: ring.first, next: ring.next },
      frames: frames.map((frame) => frameJson(frame, framingOf(frame.line))),
    };
    return sendJson(reply, answer);
  });

  app.get<FrameRoute>('/api/v1/traffic/frames/:seq', async ({ params }, reply) => {
    // Number would take "1 " for a frame as well.
    const frame = /^\d+$/.test(params.seq) ? ring.frame(Number(params.seq)) : undefined;
    if (frame === undefined) return sendProblem(reply, NO_SUCH_FRAME);
    const framing = framingOf(frame.line);
    const { parts } = explainFrame(frame.bytes, framing, frame.direction);
    return sendJson(reply, { ...frameJson(frame, framing), parts } satisfies ExplainedFrameJson);
  });

  app.get<TrafficQuery>('/api/v1/traffic/capture', async ({ query: { line } }, reply) => {
    const frames = ring.read(0, Infinity, (name) => line === undefined || name === line);
    return reply
      .header('cache-control', 'no-store')
      .header('content-disposition', 'attachment; filename="dinrail.pcapng"')
      .type('application/x-pcapng')
      .send(Buffer.from(pcapng(frames, capturedLines(frames, framingOf))));
  });

  app.get('/api/v1/traffic/troubles', async (_, reply) =>
    sendJson(reply, recorder.kept.map(troubleJson)),
  );

  app.get<{ Params: { readonly id: string } }>(
    '/api/v1/traffic/troubles/:id/capture',
    async ({ params }, reply) => {
      const trouble = recorder.kept.find(({ id }) => String(id) === params.id);
      if (trouble === undefined) return sendProblem(reply, NO_SUCH_TROUBLE);
      const { frames } = trouble;
      return reply
        .header('cache-control', 'no-store')
        .header('content-disposition', `attachment; filename="trouble-${trouble.id}.pcapng"`)
        .type('application/x-pcapng')
        .send(Buffer.from(pcapng(frames, capturedLines(frames, framingOf))));
    },
  );
}

function frameJson(frame: RecordedFrame, framing: Framing): FrameJson {
  const { seq, at, line, direction, outcome, bytes } = frame;
  const { unit, functionCode, summary } = explainFrame(bytes, framing, direction);
  return {
    ...{ seq, line, direction, time: localIso(at), atMs: at / 1000 },
    ...(outcome !== undefined && { outcome }),
    ...(unit !== undefined && { unit }),
    ...(functionCode !== undefined && { function: functionCode }),
    ...{ summary, hex: hexBytes(bytes) },
  };
}

function troubleJson({
  id,
  at,
  line,
  outcome,
  frames,
}: FlightRecorder['kept'][number]): TroubleJson {
  return { id, time: localIso(at), line, outcome, frames: frames.length };
}

function capturedLines(
  frames: readonly RecordedFrame[],
  framingOf: (line: string) => Framing,
): readonly { readonly name: string; readonly framing: Framing }[] {
  const names = [...new Set(frames.map(({ line }) => line))];
  return names.map((name) => ({ name, framing: framingOf(name) }));
}

function urlOf(site: Site, line: string): string {
  return site.lines().find(({ name }) => name === line)?.url ?? '';
}

/** Modbus TCP has its own envelope; everything else is RTU. */
function framingOfUrl(url: string): Framing {
  return url.startsWith('tcp:') ? 'mbap' : 'rtu';
}

const WRONG_QUERY: Problem = {
  status: 400,
  code: 'wrong-question',
  detail: `after must be a whole number, and limit one from 1 to ${MAX_FRAMES}`,
  fix: 'such as ?after=1200&limit=200',
};

const NO_SUCH_FRAME: Problem = {
  status: 404,
  code: 'no-such-frame',
  detail: 'this frame is not kept any more, or has not come yet',
  fix: 'GET /api/v1/traffic lists those that are kept',
};

const NO_SUCH_TROUBLE: Problem = {
  status: 404,
  code: 'no-such-trouble',
  detail: 'nothing is kept under this number',
  fix: 'GET /api/v1/traffic/troubles lists them',
};
