import { useSignalEffect } from '@preact/signals';
import { isOld, link } from '../model/link.ts';
import { gatewayName, points } from '../model/site.ts';
import { Attention } from './attention.tsx';
import { Bar } from './bar.tsx';
import { DeviceTiles } from './device-tiles.tsx';
import { LineStrip } from './line-strip.tsx';
import { PointTable } from './point-table.tsx';

/** The page: what is wrong first, then the devices, the lines, and every point. */
export function App() {
  useSignalEffect(() => {
    if (gatewayName.value !== '') document.title = `${gatewayName.value} · dinrail`;
  });
  return (
    <div class={isOld.value ? 'page is-old' : 'page'}>
      <a class="skip" href="#points">
        Skip to the points
      </a>
      <Bar />
      {link.value === 'connecting' && points.value.length === 0 ? (
        <p class="first-words">Waiting for the gateway …</p>
      ) : (
        <main>
          <Attention />
          <DeviceTiles />
          <LineStrip />
          <PointTable />
        </main>
      )}
    </div>
  );
}
