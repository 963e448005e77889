const UNITS_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** Milliseconds of `500ms`, `5s`, `1.5m`, `2h`, `7d`; undefined for anything else, a bare number too. */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text.trim());
  const factor = UNITS_MS[match?.[2] ?? ''];
  return factor === undefined ? undefined : Number(match?.[1]) * factor;
}

/** The shortest of those forms: 1500 is `1.5s`, 60000 is `1m`. */
export function formatDuration(ms: number): string {
  const [unit, factor] =
    Object.entries(UNITS_MS)
      .reverse()
      .find(([, size]) => ms >= size) ?? (['ms', 1] as const);
  return `${Number((ms / factor).toFixed(1))}${unit}`;
}
