import type { device as en } from '../en/device.ts';
import type { In } from '../forms.ts';

export const device: In<typeof en> = {
  'state.paused': 'на паузе',
  'cause.paused': 'опрос на паузе',
  'attention.paused': '{device}: опрос на паузе',
  'device.pausedBy': '{who}: {why}',
  'device.requests': 'Запросы',
};
