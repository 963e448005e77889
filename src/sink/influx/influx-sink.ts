import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import type { Clock } from '../../base/clock.ts';
import { SinkUnavailableError } from '../../base/errors.ts';
import type { Site } from '../../telemetry/site.ts';
import type { Sink } from '../../telemetry/sink.ts';
import { BatchDelivery } from './deliver.ts';
import { HttpClient, NoAnswerError } from '../http-client.ts';
import { judge, type Verdict } from './judge.ts';
import { LineEncoder } from './line-encoder.ts';
import { MAX_LINES, type InfluxOptions } from './options.ts';
import { nameIn } from './point-query.ts';
import { SeriesBook } from './series.ts';
import { targetOf } from './target.ts';

const compress = promisify(gzip);

/** Below this a body is as short as its gzip header makes it long. */
const MIN_GZIP_BYTES = 512;

const DEFAULT_TIMEOUT_MS = 10_000;

/** Requests do not become shorter than this by failing. */
const MIN_LINES = 50;

/** What the sink needs from the program around it. */
export interface InfluxHost {
  readonly clock: Clock;
}

/**
 * Writes samples to InfluxDB 1.x or 2.x, or to what speaks their write protocol. A point of InfluxDB
 * is known by its series and its time, so that a batch that arrives twice is stored once.
 */
export function influxSink(options: InfluxOptions, { clock }: InfluxHost): Sink {
  const { timeoutMs = DEFAULT_TIMEOUT_MS, batchSize = MAX_LINES, precision = 'ms' } = options;
  const client = new HttpClient(options.url, { timeoutMs, ca: options.ca, clock });
  const target = targetOf(options, precision, client.place);
  const mostLines = Math.min(MAX_LINES, Math.max(1, batchSize));
  let lineLimit = mostLines;
  let encoder: LineEncoder | undefined;
  let site: Site | undefined;
  let siteName = '';
  let newest: string | undefined;

  function bookOf(name: string): SeriesBook {
    return new SeriesBook(options, { site: name, model: (device) => modelOf(site, device) });
  }

  /** Made anew when a reload gives the site another name, which stands in every line. */
  function currentEncoder(): LineEncoder {
    if (encoder === undefined || (site?.name ?? '') !== siteName) {
      siteName = site?.name ?? '';
      encoder = new LineEncoder(bookOf(siteName), precision);
    }
    return encoder;
  }

  async function post(lines: readonly string[], signal: AbortSignal): Promise<Verdict> {
    newest = lines.at(-1) ?? newest;
    const text = Buffer.from(lines.join('\n'));
    const small = options.gzip === false || text.byteLength < MIN_GZIP_BYTES;
    // Lines repeat themselves so much that the fastest level is nearly as small as the best.
    const body = small ? text : await compress(text, { level: constants.Z_BEST_SPEED });
    const headers = { ...target.headers, ...(!small && { 'content-encoding': 'gzip' }) };
    const question = { method: 'POST', path: target.writePath, headers, body } as const;
    return judge(await client.ask(question, signal), target.receiver, clock.wallMicros());
  }

  /** On a slow line a long request may never come to its end: after one that did not, they are shorter for a while. */
  async function paced(lines: readonly string[], signal: AbortSignal): Promise<Verdict> {
    try {
      const verdict = await post(lines, signal);
      lineLimit = Math.min(mostLines, lineLimit * 2);
      return verdict;
    } catch (error) {
      const shorter = Math.max(MIN_LINES, Math.ceil(lineLimit / 2));
      if (error instanceof NoAnswerError) lineLimit = Math.min(lineLimit, shorter);
      throw error;
    }
  }

  return {
    async open(opened) {
      // The first batch connects: a server that is away at start is away later too, and waited for.
      site = opened;
    },
    async write(batch, signal) {
      const terms = { lines: lineLimit, place: client.place };
      const send = async (lines: readonly string[]): Promise<Verdict> => paced(lines, signal);
      return await new BatchDelivery(batch, terms, currentEncoder(), send).run();
    },
    async test(signal) {
      const ping = { method: 'GET', path: '/ping', headers: target.headers } as const;
      const answer = await client.ask(ping, signal);
      const version = answer.header('x-influxdb-version');
      const build = answer.header('x-influxdb-build');
      const verdict = await post([], signal);
      // InfluxDB 2 looks at token and bucket first, and only then finds nothing to write.
      if (verdict.kind === 'refused' && !/requires points|no data|empty/i.test(verdict.reason)) {
        throw new SinkUnavailableError(`${client.place} refuses writes: ${verdict.reason}`);
      }
      const server = build === undefined ? 'a server that speaks InfluxDB' : `InfluxDB ${build}`;
      const found = version === undefined ? server : `${server} ${version}`;
      return `${found} at ${client.place} takes writes to the ${target.receiver.store}`;
    },
    newest: () => newest,
    nameOf: (point) => nameIn(options, bookOf(site?.name ?? '').names(point)),
    async close() {
      client.close();
    },
  };
}

/** Of `eastron/sdm120` the model. */
function modelOf(site: Site | undefined, device: string): string | undefined {
  const profile = site?.devices().find(({ name }) => name === device)?.profile;
  return profile?.slice(profile.lastIndexOf('/') + 1);
}
