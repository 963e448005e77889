import type { Messages } from '../forms.ts';

export const device = {
  'state.paused': 'paused',
  'cause.paused': 'paused',
  'attention.paused': '{device} is paused',
  'device.pausedBy': '{who}: {why}',
  'device.requests': 'Requests',
} satisfies Messages;
