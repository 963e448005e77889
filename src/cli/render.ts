import { CSV_HEADER, sampleCsv } from '../telemetry/sample-csv.ts';
import { sampleJson } from '../telemetry/sample-json.ts';
import { NO_VALUE, formatQuality, formatSample, formatValue } from '../telemetry/format-value.ts';
import type { Sample } from '../telemetry/sample.ts';
import { renderTable } from './table.ts';

export const FORMATS = ['table', 'json', 'jsonl', 'csv', 'line', 'plain', 'hex'] as const;
export type Format = (typeof FORMATS)[number];

export interface RenderOptions {
  readonly format: Format;
  readonly formatTime: (micros: number) => string;
  /** Registers without a profile are shown as words too; their names are their addresses. */
  readonly words: boolean;
}

type Renderer = (samples: readonly Sample[], options: RenderOptions) => readonly string[];

const RENDERERS: Readonly<Record<Format, Renderer>> = {
  table: (samples, { words }) => (words ? wordTable(samples) : pointTable(samples)),
  json: (samples, { formatTime }) => [
    JSON.stringify(
      samples.map((sample) => sampleJson(sample, formatTime)),
      undefined,
      2,
    ),
  ],
  jsonl: (samples, { formatTime }) =>
    samples.map((sample) => JSON.stringify(sampleJson(sample, formatTime))),
  csv: (samples, { formatTime }) => [
    CSV_HEADER,
    ...samples.map((sample) => sampleCsv(sample, formatTime)),
  ],
  line: (samples, { formatTime }) =>
    samples.map((sample) =>
      [formatTime(sample.at), sample.point.id, formatSample(sample), formatQuality(sample)].join(
        '  ',
      ),
    ),
  plain: (samples) =>
    samples.map(({ point, value }) => (value === undefined ? '' : formatValue(point, value))),
  hex: (samples) =>
    samples.map(({ point, raw }) => `${point.name}\t${raw?.map(hexWord).join(' ') ?? NO_VALUE}`),
};

/** The samples as lines of text, without line feeds. */
export function render(samples: readonly Sample[], options: RenderOptions): readonly string[] {
  return RENDERERS[options.format](samples, options);
}

function wordTable(samples: readonly Sample[]): readonly string[] {
  const rows = samples.map((sample) => [
    sample.point.name,
    formatSample(sample),
    sample.quality === 'good'
      ? (sample.raw ?? []).map((word) => `0x${hexWord(word)}`).join(' ')
      : formatQuality(sample),
  ]);
  return headless(rows, ['left', 'right', 'left']);
}

function pointTable(samples: readonly Sample[]): readonly string[] {
  const rows = samples.map((sample) => [
    sample.point.name,
    sample.value === undefined ? NO_VALUE : formatValue(sample.point, sample.value),
    sample.point.unit ?? '',
    sample.quality === 'good' ? '' : formatQuality(sample),
    sample.point.label ?? '',
  ]);
  return headless(rows, ['left', 'right', 'left', 'left', 'left']);
}

function headless(
  rows: readonly (readonly string[])[],
  aligns: readonly ('left' | 'right')[],
): readonly string[] {
  const columns = aligns.map((align) => ({ title: '', align }));
  return renderTable(columns, rows)
    .slice(1)
    .map((line) => `  ${line}`);
}

function hexWord(word: number): string {
  return word.toString(16).toUpperCase().padStart(4, '0');
}
