import type { Messages } from '../forms.ts';

export const device = {
  'device.requests': 'Requests',
} satisfies Messages;
