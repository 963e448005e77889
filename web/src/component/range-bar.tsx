import type { PointJson } from '../../../src/api/contract.ts';

interface RangeBarProps {
  readonly point: PointJson;
  readonly value: number;
}

/** Where a value stands within what is plausible for it. The number itself is beside it. */
export function RangeBar({ point: { range }, value }: RangeBarProps) {
  const { low, high } = range ?? {};
  if (low === undefined || high === undefined || high <= low) return null;
  const share = Math.min(1, Math.max(0, (value - low) / (high - low)));
  return (
    <span class="range-bar" aria-hidden="true">
      <span class="range-mark" style={{ left: `${(share * 100).toFixed(1)}%` }} />
    </span>
  );
}
