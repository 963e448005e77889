import type { Messages } from '../forms.ts';

export const trends = {
  'trends.limits': 'Alarm limits',
} satisfies Messages;
