import type { Cancel, Clock } from '../base/clock.ts';
import type { Logger } from '../base/log.ts';
import { fingerprint } from '../config/fingerprint.ts';
import type { DeviceConfig, SiteConfig } from '../config/site-config.ts';
import type { HeardDeviceSetup, HeardLine, HeardLineSetup } from '../engine/heard-line.ts';
import { inDevice, railPoint } from '../engine/rail-point.ts';
import type { CanLine } from './can-line.ts';

/** The lines of a site on which devices speak unasked: CAN buses, and this computer. */
export function heardLines(
  { lines, devices }: SiteConfig,
  { clock, logger }: { readonly clock: Clock; readonly logger: Logger },
): readonly HeardLineSetup[] {
  return lines
    .filter(({ kind }) => kind === 'can' || kind === 'host')
    .map((line): HeardLineSetup => {
      const own = devices.filter((device) => device.line === line.name);
      let running: CanLine | undefined;
      const open = (heard: HeardLine): Cancel => {
        let isClosed = false;
        // What speaks CAN is loaded where there is such a line: what is not used takes no memory.
        void import('./can-line.ts').then(({ CanLine: Kind }) => {
          if (isClosed) return;
          running = new Kind({ line: heard, endpoint: line.can, devices: own, clock, logger });
          running.start();
        });
        return () => {
          isClosed = true;
          running?.stop();
          running = undefined;
        };
      };
      return {
        ...{ kind: 'heard', name: line.name, url: line.endpoint },
        ...{ fingerprint: fingerprint(line, own), devices: own.map(heardDevice), open },
        counters: () => running?.counters() ?? {},
      };
    });
}

function heardDevice(device: DeviceConfig): HeardDeviceSetup {
  const { name, label, profile, hero, unit, points, computed, tags, reports } = device;
  return {
    ...{ name, hero, unit, computed, tags },
    ...(label !== undefined && { label }),
    ...(profile !== undefined && { profile }),
    ...(reports !== undefined && { reports }),
    points: points.map(({ point, everyMs }) => {
      const { can, host } = point;
      const address = can ?? `host:${host ?? ''}`;
      return inDevice({ ...railPoint(name, point, everyMs), address, writable: false }, device);
    }),
  };
}
