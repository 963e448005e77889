import type { DeviceStatus } from '../telemetry/site.ts';

/** Names that fit into a line for people. */
const MOST_NAMES = 5;

/** How a site is, in one line: `2 of 3 devices answer; not: pm2`. */
export function siteStatus(devices: readonly Pick<DeviceStatus, 'name' | 'state'>[]): string {
  if (devices.length === 0) return 'no devices';
  if (devices.every(({ state }) => state === 'waiting')) return 'the first polls are under way';
  const absent = devices.filter(({ state }) => state !== 'good').map(({ name }) => name);
  const all = `${devices.length} device${devices.length === 1 ? '' : 's'}`;
  if (absent.length === 0) return `${all} answer${devices.length === 1 ? 's' : ''}`;
  const names = absent.slice(0, MOST_NAMES).join(', ');
  const more = absent.length > MOST_NAMES ? ` and ${absent.length - MOST_NAMES} more` : '';
  return `${devices.length - absent.length} of ${devices.length} devices answer; not: ${names}${more}`;
}
