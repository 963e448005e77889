const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** A size as disks have it, in steps of a thousand: `1.2 MB`. */
export function bytesText(bytes: number): string {
  const step = Math.min(
    UNITS.length - 1,
    Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)),
  );
  const value = bytes / 1000 ** step;
  return `${step === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${UNITS[step] ?? ''}`;
}
