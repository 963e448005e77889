import type { workbench as en } from '../en/workbench.ts';
import type { In } from '../forms.ts';

export const workbench: In<typeof en> = {
  'nav.workbench': 'Мастерская',
};
