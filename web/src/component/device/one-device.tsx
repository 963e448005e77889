import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { detail, runDetail } from '../../model/device-detail.ts';
import { pointSets } from '../../model/matrix.ts';
import { hrefTo, route } from '../../model/route.ts';
import { devices, offers, type DeviceView } from '../../model/site.ts';
import { t } from '../../text/language.ts';
import type { Key } from '../../text/messages/en.ts';
import { Audit } from '../audit.tsx';
import { Matrix } from '../matrix.tsx';
import { PointTable } from '../point-table.tsx';
import { DeviceHead, hasSettings } from './device-head.tsx';
import { DeviceTrends } from './device-trends.tsx';
import { Requests } from './requests.tsx';

/** The device that the address names. */
export function OneDevice() {
  const { name = '' } = route.value;
  const device = devices.value.find((one) => one.name === name);
  if (device === undefined) {
    return <p class="first-words">{t('device.missing', { name })}</p>;
  }
  return <Device key={name} device={device} />;
}

interface Tab {
  /** In the address; empty for the first one. */
  readonly name: string;
  readonly label: Key;
  readonly isThere: (device: DeviceView) => boolean;
  readonly view: (device: DeviceView) => ComponentChildren;
}

const TABS: readonly Tab[] = [
  {
    ...{ name: '', label: 'device.values', isThere: () => true },
    view: ({ name }) => <PointTable device={name} />,
  },
  {
    ...{ name: 'trends', label: 'nav.trends' },
    isThere: () => offers.value.includes('history'),
    view: (device) => <DeviceTrends device={device} />,
  },
  {
    ...{ name: 'matrix', label: 'device.matrix' },
    isThere: ({ points }) => pointSets(points).length > 0,
    view: ({ points }) => pointSets(points).map((set) => <Matrix key={set.name} set={set} />),
  },
  {
    ...{ name: 'requests', label: 'device.requests' },
    isThere: () => detail.value?.polling !== undefined,
    view: () => <Requests polling={detail.value?.polling} />,
  },
  {
    ...{ name: 'writes', label: 'nav.writes' },
    isThere: () => offers.value.includes('writes'),
    view: ({ name }) => <Audit device={name} />,
  },
];

function Device({ device }: { readonly device: DeviceView }) {
  useEffect(() => runDetail(device.name), [device.name]);
  const wanted = route.value.query.get('tab') ?? '';
  const tabs = TABS.filter((tab) => tab.name === wanted || tab.isThere(device));
  const chosen = tabs.find((tab) => tab.name === wanted) ?? tabs[0];
  return (
    <>
      <DeviceHead device={device} />
      <nav class="tabs" aria-label={t('device.views', { device: device.name })}>
        {tabs.map(({ name, label }) => (
          <a
            key={name}
            href={hrefTo('devices', device.name, { tab: name })}
            aria-current={name === chosen?.name ? 'page' : undefined}
          >
            {t(label)}
          </a>
        ))}
        {hasSettings() && (
          <a href={hrefTo('settings', undefined, { device: device.name })}>{t('device.edit')}</a>
        )}
      </nav>
      {chosen?.view(device)}
    </>
  );
}
