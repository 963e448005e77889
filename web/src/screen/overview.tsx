import { Attention } from '../component/attention.tsx';
import { DeviceTiles } from '../component/device-tiles.tsx';
import { FirstSteps } from '../component/first-steps.tsx';
import { LineStrip } from '../component/line-strip.tsx';
import { SinkStrip } from '../component/sink-strip.tsx';
import { devices } from '../model/site.ts';

/** What is wrong first, then the devices, the lines and the sinks: the state of the site in one look. */
export function Overview() {
  // Without a device there is nothing to look at but what to do about that.
  const isEmpty = devices.value.length === 0;
  return (
    <>
      <Attention />
      {isEmpty && <FirstSteps />}
      <DeviceTiles />
      {!isEmpty && <FirstSteps />}
      <LineStrip />
      <SinkStrip />
    </>
  );
}
