import type { Messages } from '../forms.ts';

export const exchanges = {
  'outages.why': 'Why',
  'outages.lasted': 'Lasted',
  'outages.last': 'Last before',
  'outages.first': 'First after',
  'outages.range': 'Lowest and highest since',
  'outages.count': { one: '{n} outage', other: '{n} outages' },
  'outages.longest': 'the longest {time}',
  'outages.clock': '(the calendar was set by {time} meanwhile)',
  'outages.settling': '{time} so far',
  'outages.within': 'in {time}',
  'exchanges.devices': 'Devices',
  'exchanges.until': 'tried until {time}',
  'exchanges.all': 'all',
  'exchanges.dryRun': 'What now?',
  'exchanges.dryWords': 'What it would do now. Nothing is sent or written.',
  'exchanges.nothing': 'Nothing.',
  'exchanges.dropped': { one: '{n} run found no place', other: '{n} runs found no place' },
  'exchanges.forgotten': {
    one: '{n} run that was given up is forgotten',
    other: '{n} runs that were given up are forgotten',
  },
  'exchanges.damaged': {
    one: '{n} line of the log could not be read',
    other: '{n} lines of the log could not be read',
  },
  'exchanges.death.refused': 'refused for good',
  'exchanges.death.expired': 'its time was over',
  'exchanges.death.replaced': 'replaced by a newer one',
} satisfies Messages;
