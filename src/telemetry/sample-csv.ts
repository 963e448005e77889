import type { Sample } from './sample.ts';

/** The first line of a file of samples. */
export const CSV_HEADER = 'time,device,point,value,unit,quality';

/** One value as a row for spreadsheets. What is not known is an empty field, never 0. */
export function sampleCsv(
  { point, value, quality, at }: Sample,
  formatTime: (micros: number) => string,
): string {
  return [
    formatTime(at),
    point.device,
    point.name,
    value === undefined ? '' : String(value),
    point.unit ?? '',
    quality,
  ]
    .map(csvField)
    .join(',');
}

/** RFC 4180, section 2: quoted where a comma, a quote or a line break would be misread. */
export function csvField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
