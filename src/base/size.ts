const UNITS: Readonly<Record<string, number>> = { kB: 1e3, MB: 1e6, GB: 1e9 };

/** Bytes of `200MB`; undefined when it is no size. Units are decimal: kB, MB, GB. */
export function parseSize(text: string): number | undefined {
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?) ?(kB|MB|GB)$/.exec(text) ?? [];
  const factor = UNITS[unit];
  return number === undefined || factor === undefined
    ? undefined
    : Math.round(Number(number) * factor);
}

/** `1.2 MB`, for people. */
export function formatSize(bytes: number): string {
  if (bytes < 1e3) return `${bytes} B`;
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(1)} kB`;
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
