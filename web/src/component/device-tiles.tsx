import { useComputed } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { sparks } from '../model/history.ts';
import { devices, type DeviceView } from '../model/site.ts';
import { t } from '../text/language.ts';
import { DeviceTile, heroesOf } from './device-tile.tsx';

/** More small curves than this nobody looks at, and each is a question to the history. */
const MAX_CURVES = 32;

const RANK = { silent: 0, failing: 1, paused: 2, waiting: 3, good: 4 } as const;

/** One tile per device, the abnormal ones first. */
export function DeviceTiles() {
  const sorted = useComputed(() => [...devices.value].sort(byStateThenName));
  useEffect(() => sparks.run(), []);
  useEffect(() => {
    sparks.want(devices.value.flatMap(firstNumber).slice(0, MAX_CURVES));
  }, [devices.value]);
  return (
    <section aria-label={t('nav.devices')}>
      <ul class="tiles">
        {sorted.value.map((device) => (
          <DeviceTile key={device.name} device={device} />
        ))}
      </ul>
    </section>
  );
}

function firstNumber({ status, points }: DeviceView): readonly string[] {
  const [first] = heroesOf(status.peek(), points);
  const isNumber = first !== undefined && first.point.kind !== 'text';
  return isNumber ? [first.id] : [];
}

function byStateThenName(a: DeviceView, b: DeviceView): number {
  const ranks = RANK[a.status.value.state] - RANK[b.status.value.state];
  return ranks || a.name.localeCompare(b.name, undefined, { numeric: true });
}
