import type { Messages } from '../forms.ts';

export const workbench = {
  'nav.workbench': 'Workbench',
} satisfies Messages;
