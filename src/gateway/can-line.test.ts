import { join } from 'node:path';
import { expect, test } from 'vitest';
import { silentLogger } from '../base/log.ts';
import { ManualClock } from '../base/manual-clock.ts';
import { parseCandumpLine } from '../can/source/candump-line.ts';
import type { CanRequest } from '../config/heard-config.ts';
import { loadSite } from '../config/load-site.ts';
import { Engine } from '../engine/engine.ts';
import type { HeardLine } from '../engine/heard-line.ts';
import { CanLine } from './can-line.ts';
import { heardLines } from './heard-lines.ts';

const ROOT = join(import.meta.dirname, '../..');
const QUESTION = '181FE8F4#1400000000000000';

/** The battery of the example on an interface that nobody opens. */
async function batteryLine(): Promise<CanLine> {
  const { site } = await loadSite(join(ROOT, 'examples/battery/gateway.yaml'), {
    env: {},
    profilesDirs: [join(ROOT, 'profiles')],
  });
  const [device] = site?.devices ?? [];
  if (site === undefined || device?.heard === undefined) throw new Error('the example is wrong');
  const [clock, logger] = [new ManualClock(), silentLogger];
  const request: CanRequest = {
    ...{ frame: parseCandumpLine(QUESTION)!, data: '1400000000000000', everyMs: 5_000 },
  };
  const asking = { ...device, heard: { ...device.heard, requests: [request] } };
  const [setup] = heardLines({ ...site, devices: [asking] }, { clock, logger });
  let line: HeardLine | undefined;
  const open = (heard: HeardLine): (() => void) => {
    line = heard;
    return () => undefined;
  };
  new Engine('site', [{ ...setup!, open }], clock, logger).start();
  const endpoint = { kind: 'can', bus: 'can0', text: 'can://can0', resource: 'can:can0' } as const;
  return new CanLine({ line: line!, endpoint, devices: [asking], clock, logger });
}

test.each([
  ['a frame of the device', '1834CCE8#0104040700484144', 0],
  ['its own question, which the kernel plays back', QUESTION, 0],
  ['a frame of others', '7FF#00', 1],
])('of foreign frames, %s (%s) counts %i', async (_name, text, foreign) => {
  const line = await batteryLine();
  line.frame(parseCandumpLine(text)!, 0);
  expect(line.counters()).toMatchObject({ foreign, bus: { frames: 1 } });
});
