import type { PointJson } from '../../../src/api/contract.ts';
import { limitsOf } from '../model/limits.ts';

interface RangeBarProps {
  readonly point: PointJson;
  readonly value: number;
}

/** Where a value stands within what is plausible for it, and where its alarms begin. The number itself is beside it. */
export function RangeBar({ point: { device, name, range }, value }: RangeBarProps) {
  const { low, high } = range ?? {};
  if (low === undefined || high === undefined || high <= low) return null;
  const place = (at: number): string => {
    const share = Math.min(1, Math.max(0, (at - low) / (high - low)));
    return `${(share * 100).toFixed(1)}%`;
  };
  const limits = limitsOf(`${device}.${name}`).filter((limit) => limit > low && limit < high);
  return (
    <span class="range-bar" aria-hidden="true">
      {limits.map((limit) => (
        <span key={limit} class="range-limit" style={{ left: place(limit) }} />
      ))}
      <span class="range-mark" style={{ left: place(value) }} />
    </span>
  );
}
