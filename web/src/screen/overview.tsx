import { useEffect } from 'preact/hooks';
import { Attention } from '../component/attention.tsx';
import { DeviceTiles } from '../component/device-tiles.tsx';
import { LineStrip } from '../component/line-strip.tsx';
import { SinkStrip } from '../component/sink-strip.tsx';
import { runSinks } from '../model/sinks.ts';

/** What is wrong first, then the devices, the lines and the sinks: the state of the site in one look. */
export function Overview() {
  useEffect(runSinks, []);
  return (
    <>
      <Attention />
      <DeviceTiles />
      <LineStrip />
      <SinkStrip />
    </>
  );
}
