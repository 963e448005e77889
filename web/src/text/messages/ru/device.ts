import type { device as en } from '../en/device.ts';
import type { In } from '../forms.ts';

export const device: In<typeof en> = {
  'device.requests': 'Запросы',
};
