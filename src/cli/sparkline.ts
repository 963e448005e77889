const BARS = '▁▂▃▄▅▆▇█';

/** A curve of one character per value, from the lowest to the highest among them. */
export function sparkline(values: readonly number[]): string {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return values
    .map((value) => {
      const share = high === low ? 0 : (value - low) / (high - low);
      return BARS[Math.round(share * (BARS.length - 1))] ?? '';
    })
    .join('');
}
