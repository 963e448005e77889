import { useComputed } from '@preact/signals';
import { devices, type DeviceView } from '../model/site.ts';
import { DeviceTile } from './device-tile.tsx';

const RANK = { silent: 0, failing: 1, waiting: 2, good: 3 } as const;

/** One tile per device, the abnormal ones first. */
export function DeviceTiles() {
  const sorted = useComputed(() => [...devices.value].sort(byStateThenName));
  return (
    <section aria-label="Devices">
      <ul class="tiles">
        {sorted.value.map((device) => (
          <DeviceTile key={device.name} device={device} />
        ))}
      </ul>
    </section>
  );
}

function byStateThenName(a: DeviceView, b: DeviceView): number {
  const ranks = RANK[a.status.value.state] - RANK[b.status.value.state];
  return ranks || a.name.localeCompare(b.name, undefined, { numeric: true });
}
