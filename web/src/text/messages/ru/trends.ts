import type { trends as english } from '../en/trends.ts';
import type { In } from '../forms.ts';

export const trends = {
  'trends.pens': 'Что показано',
  'trends.chart': 'График: {points}. Числа — в таблице ниже.',
  'trends.events': 'Что произошло',
  'trends.more': { one: 'и ещё {n}', few: 'и ещё {n}', many: 'и ещё {n}', other: 'и ещё {n}' },
  'trends.move': 'Сдвиг и масштаб',
  'trends.back': 'Назад',
  'trends.on': 'Вперёд',
  'trends.closer': 'Ближе',
  'trends.wider': 'Дальше',
  'trends.from': 'С',
  'trends.to': 'По',
  'trends.show': 'Показать',
  'trends.apart': 'Отдельно по единицам',
  'trends.table': 'Таблицей',
  'trends.bad': 'значение неизвестно или под сомнением',
  'trends.wasOff': 'шлюз был выключен или это неизвестно',
  'keys.crosshair': 'Сдвинуть перекрестие графика',
} satisfies In<typeof english>;
