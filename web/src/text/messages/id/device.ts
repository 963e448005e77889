import type { device as en } from '../en/device.ts';
import type { In } from '../forms.ts';

export const device: In<typeof en> = {
  'state.paused': 'dijeda',
  'cause.paused': 'dijeda',
  'attention.paused': '{device} dijeda',
  'device.pausedBy': '{who}: {why}',
  'device.requests': 'Permintaan',
};
