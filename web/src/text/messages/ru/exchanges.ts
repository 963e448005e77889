import type { exchanges as english } from '../en/exchanges.ts';
import type { In } from '../forms.ts';

export const exchanges = {
  'outages.why': 'Причина',
  'outages.lasted': 'Длительность',
  'outages.last': 'Последнее до',
  'outages.first': 'Первое после',
  'outages.range': 'Наименьшее и наибольшее с тех пор',
  'outages.count': {
    one: '{n} перерыв',
    few: '{n} перерыва',
    many: '{n} перерывов',
    other: '{n} перерыва',
  },
  'outages.longest': 'самый долгий {time}',
  'outages.clock': '(календарь тем временем переведён на {time})',
  'outages.settling': 'пока {time}',
  'outages.within': 'за {time}',
  'exchanges.devices': 'Устройства',
  'exchanges.until': 'попытки до {time}',
  'exchanges.all': 'все',
  'exchanges.dryRun': 'Что сейчас?',
  'exchanges.dryWords': 'Что было бы сделано сейчас. Ничего не отправляется и не пишется.',
  'exchanges.nothing': 'Ничего.',
  'exchanges.dropped': {
    one: '{n} запуск не нашёл места',
    few: '{n} запуска не нашли места',
    many: '{n} запусков не нашли места',
    other: '{n} запуска не нашли места',
  },
  'exchanges.forgotten': {
    one: '{n} прекращённый запуск забыт',
    few: '{n} прекращённых запуска забыты',
    many: '{n} прекращённых запусков забыты',
    other: '{n} прекращённых запуска забыты',
  },
  'exchanges.damaged': {
    one: '{n} строка журнала не читается',
    few: '{n} строки журнала не читаются',
    many: '{n} строк журнала не читаются',
    other: '{n} строки журнала не читаются',
  },
  'exchanges.death.refused': 'отклонено окончательно',
  'exchanges.death.expired': 'время вышло',
  'exchanges.death.replaced': 'заменён новым',
} satisfies In<typeof english>;
