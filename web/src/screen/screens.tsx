import type { ComponentType } from 'preact';
import type { Offer } from '../../../src/api/contract.ts';
import { lazy } from '../component/lazy.tsx';
import { offers } from '../model/site.ts';
import type { Key } from '../text/messages/en.ts';
import { Alarms } from './alarms.tsx';
import { Devices } from './devices.tsx';
import { Exchanges } from './exchanges.tsx';
import { Outages } from './outages.tsx';
import { Overview } from './overview.tsx';
import { Points } from './points.tsx';
import { Sinks } from './sinks.tsx';
import { Writes } from './writes.tsx';

export interface Screen {
  /** In the address. */
  readonly name: string;
  /** Behind `g` on the keyboard. */
  readonly key: string;
  readonly label: Key;
  /** What the gateway must have for it. */
  readonly needs?: Offer;
  readonly view: ComponentType;
  /** Has the whole window: no bar above it and no screens beside it. */
  readonly isWhole?: true;
}

const Trends = lazy(async () => (await import('./trends.tsx')).Trends);
const Settings = lazy(async () => (await import('./settings.tsx')).Settings);
const Workbench = lazy(async () => (await import('./workbench.tsx')).Workbench);
const Traffic = lazy(async () => (await import('./traffic.tsx')).Traffic);
const Api = lazy(async () => (await import('./api.tsx')).Api);
const Operator = lazy(async () => (await import('./operator.tsx')).Operator);

/** In the order in which they are offered. The first one is where the page opens. */
const SCREENS: readonly Screen[] = [
  { name: 'overview', key: 'o', label: 'nav.overview', view: Overview },
  { name: 'devices', key: 'd', label: 'nav.devices', view: Devices },
  { name: 'points', key: 'p', label: 'nav.points', view: Points },
  { name: 'alarms', key: 'a', label: 'nav.alarms', needs: 'alarms', view: Alarms },
  { name: 'trends', key: 't', label: 'nav.trends', needs: 'history', view: Trends },
  { name: 'traffic', key: 'f', label: 'nav.traffic', needs: 'traffic', view: Traffic },
  { name: 'workbench', key: 'b', label: 'nav.workbench', needs: 'workbench', view: Workbench },
  { name: 'writes', key: 'w', label: 'nav.writes', needs: 'writes', view: Writes },
  { name: 'sinks', key: 's', label: 'nav.sinks', needs: 'sinks', view: Sinks },
  { name: 'exchanges', key: 'e', label: 'nav.exchanges', needs: 'exchanges', view: Exchanges },
  { name: 'outages', key: 'u', label: 'nav.outages', needs: 'outages', view: Outages },
  { name: 'settings', key: 'c', label: 'nav.settings', needs: 'settings', view: Settings },
  { name: 'api', key: 'i', label: 'nav.api', view: Api },
  { name: 'op', key: 'k', label: 'operator.title', view: Operator, isWhole: true },
];

/** Those that make sense with this gateway. */
export function screens(): readonly Screen[] {
  return SCREENS.filter(({ needs }) => needs === undefined || offers.value.includes(needs));
}
