import type { settings as en } from '../en/settings.ts';
import type { In } from '../forms.ts';

export const settings: In<typeof en> = {
  'nav.settings': 'Pengaturan',
};
