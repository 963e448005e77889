import type { Messages } from '../forms.ts';

export const operator = {
  'operator.title': 'Operator view',
} satisfies Messages;
