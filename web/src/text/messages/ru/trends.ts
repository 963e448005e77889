import type { trends as en } from '../en/trends.ts';
import type { In } from '../forms.ts';

export const trends: In<typeof en> = {
  'trends.limits': 'Пределы тревог',
};
