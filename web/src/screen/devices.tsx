import { Attention } from '../component/attention.tsx';
import { DeviceTiles } from '../component/device-tiles.tsx';
import { Matrix } from '../component/matrix.tsx';
import { PointTable } from '../component/point-table.tsx';
import { gatewayNow, wallTime } from '../model/gateway-time.ts';
import { isOld } from '../model/link.ts';
import { pointSets } from '../model/matrix.ts';
import { hrefTo, route } from '../model/route.ts';
import { devices, type DeviceView } from '../model/site.ts';
import { t } from '../text/language.ts';
import { stateWords } from '../text/words.ts';

/** All devices, or the one that the address names. */
export function Devices() {
  const { name } = route.value;
  if (name === undefined) {
    return devices.value.length === 0 ? (
      <p class="first-words">{t('devices.none')}</p>
    ) : (
      <>
        <Attention />
        <DeviceTiles />
      </>
    );
  }
  const device = devices.value.find((one) => one.name === name);
  if (device === undefined) {
    return <p class="first-words">{t('device.missing', { name })}</p>;
  }
  return <Device key={name} device={device} />;
}

function Device({ device }: { readonly device: DeviceView }) {
  const sets = pointSets(device.points);
  const isMatrix = route.value.query.get('tab') === 'matrix' && sets.length > 0;
  const [values, matrix] = [hrefTo('devices', device.name), 'matrix'];
  return (
    <>
      <Head device={device} />
      {sets.length > 0 && (
        <nav class="tabs" aria-label={device.name}>
          <a href={values} aria-current={isMatrix ? undefined : 'page'}>
            {t('device.values')}
          </a>
          <a
            href={hrefTo('devices', device.name, { tab: matrix })}
            aria-current={isMatrix ? 'page' : undefined}
          >
            {t('device.matrix')}
          </a>
        </nav>
      )}
      {isMatrix ? (
        sets.map((set) => <Matrix key={set.name} set={set} />)
      ) : (
        <PointTable device={device.name} />
      )}
    </>
  );
}

function Head({ device }: { readonly device: DeviceView }) {
  const status = device.status.value;
  const { name, label, profile, line, unit, polls, failures, skipped, lastAnswer, error } = status;
  return (
    <section class="panel device-head" aria-label={label ?? name}>
      <h2>
        {label ?? name} {label !== undefined && <span class="quiet">{name} </span>}
        <span class="state">{stateWords(status.state, isOld.value)}</span>
      </h2>
      {error !== undefined && <p class="trouble">{error}</p>}
      <dl class="facts">
        {profile !== undefined && <Fact name={t('device.profile')} value={profile} />}
        <Fact name={t('device.line')} value={line} />
        <Fact name={t('device.unit')} value={String(unit)} />
        <Fact name={t('device.polls')} value={String(polls)} />
        <Fact name={t('device.failures')} value={String(failures)} />
        <Fact name={t('device.skipped')} value={String(skipped)} />
        <Fact
          name={t('device.answer')}
          value={
            lastAnswer === undefined ? t('tile.never') : wallTime(lastAnswer, gatewayNow.value)
          }
        />
      </dl>
    </section>
  );
}

export function Fact({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
