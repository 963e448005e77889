import type { operator as en } from '../en/operator.ts';
import type { In } from '../forms.ts';

export const operator: In<typeof en> = {
  'operator.title': 'Вид оператора',
};
