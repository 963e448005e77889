import type { Messages } from '../forms.ts';

export const settings = {
  'nav.settings': 'Settings',
} satisfies Messages;
