import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { ALL_DELIVERED, type Sink } from '../telemetry/sink.ts';
import { formatQuality, formatSample } from '../telemetry/format-value.ts';
import { recordJson } from '../telemetry/event-json.ts';
import type { Sample } from '../telemetry/sample.ts';

type FormatTime = (micros: number) => string;

/** One JSON object per line, for `jq`, log shippers and curious people. */
export function jsonLinesSink(output: Writable, formatTime: FormatTime): Sink {
  return lineSink(output, (sample) => JSON.stringify(recordJson(sample, formatTime)));
}

/**
 * One sentence-like line per change: `2026-02-27T10:37:29.412+01:00  furnace1.pv  749.6 °C  good`. An event,
 * whose particulars are many, is a JSON object.
 */
export function textLinesSink(output: Writable, formatTime: FormatTime): Sink {
  return lineSink(output, (sample) =>
    sample.event === undefined
      ? [formatTime(sample.at), sample.point.id, formatSample(sample), formatQuality(sample)].join(
          '  ',
        )
      : JSON.stringify(recordJson(sample, formatTime)),
  );
}

function lineSink(output: Writable, line: (sample: Sample) => string): Sink {
  let newest: string | undefined;
  return {
    async open() {
      // Nothing to open: the stream is the caller's.
    },
    async write(batch, signal) {
      const lines = batch.map(line);
      const text = lines.map((one) => `${one}\n`).join('');
      newest = lines.at(-1) ?? newest;
      if (!output.write(text)) await once(output, 'drain', { signal });
      return ALL_DELIVERED;
    },
    newest: () => newest,
    async close() {
      // Nothing to close, likewise.
    },
  };
}
