import type { Messages } from '../forms.ts';

export const trends = {
  'trends.pens': 'What is drawn',
  'trends.chart': 'Trend of {points}. The table below has the numbers.',
  'trends.events': 'What happened',
  'trends.more': { one: 'and {n} more', other: 'and {n} more' },
  'trends.move': 'Move and zoom',
  'trends.back': 'Back',
  'trends.on': 'On',
  'trends.closer': 'Closer',
  'trends.wider': 'Wider',
  'trends.from': 'From',
  'trends.to': 'To',
  'trends.show': 'Show',
  'trends.apart': 'A chart per unit',
  'trends.table': 'As a table',
  'trends.bad': 'value not known or in doubt',
  'trends.wasOff': 'the gateway was off, or nobody knows',
  'keys.crosshair': 'Move the crosshair of a trend',
} satisfies Messages;
