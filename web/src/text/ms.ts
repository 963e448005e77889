/** A short time: `4.2 ms`, `92 ms`, `1.3 s`. */
export function msText(ms: number): string {
  if (ms >= 1_000) return `${Number((ms / 1000).toPrecision(2))} s`;
  return `${ms < 10 ? Number(ms.toFixed(1)) : Math.round(ms)} ms`;
}
