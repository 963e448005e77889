import { Attention } from '../component/attention.tsx';
import { DeviceTiles } from '../component/device-tiles.tsx';
import { lazy } from '../component/lazy.tsx';
import { route } from '../model/route.ts';
import { devices } from '../model/site.ts';
import { t } from '../text/language.ts';

const OneDevice = lazy(async () => (await import('../component/device/one-device.tsx')).OneDevice);

/** All devices, or the one that the address names. */
export function Devices() {
  const { name } = route.value;
  if (name !== undefined) return <OneDevice key={name} />;
  return devices.value.length === 0 ? (
    <p class="first-words">{t('devices.none')}</p>
  ) : (
    <>
      <Attention />
      <DeviceTiles />
    </>
  );
}
