import type { Topic } from './route-facts.ts';

export const ALARMS: Topic = {
  name: 'alarms',
  summary: 'Alarms, and answering them.',
  routes: [
    {
      route: 'GET /api/v1/alarms',
      summary: 'All alarms: those that want attention first, then shelved ones, then normal.',
      answer: 'AlarmJson[]',
    },
    {
      route: 'GET /api/v1/alarms/journal',
      summary: 'What became of alarms, the newest first.',
      query: {
        limit: { summary: 'As many at most, up to 1000. Default: 100.', type: 'integer' },
        alarm: { summary: 'Only of this alarm.', example: 'furnace1.pv.hi' },
        device: { summary: 'Only of this device.' },
        priority: { summary: 'Only of this one.', values: ['urgent', 'high', 'low', 'info'] },
        text: { summary: 'Only with these words in what is said of them.' },
        from: { summary: 'Not before: ISO 8601, or back from now.', example: '-24h' },
        to: { summary: 'Before: likewise. Default: now.', example: 'now' },
      },
      answer: 'AlarmEventJson[]',
      problems: { 400: ['wrong-limit', 'wrong-question'] },
    },
    {
      route: 'GET /api/v1/alarms/rate',
      summary: 'How many alarms were raised in each of the last 24 hours.',
      answer: 'AlarmRateJson',
    },
    {
      route: 'POST /api/v1/alarms/:id/ack',
      summary: 'Says that somebody has seen an alarm.',
      access: 'operator',
      body: 'AckRequestJson',
      answer: 'AlarmJson',
      problems: { 400: ['wrong-text'], 404: ['no-such-alarm'] },
    },
    {
      route: 'POST /api/v1/alarms/:id/shelve',
      summary: 'Puts an alarm aside for a time.',
      access: 'operator',
      body: 'ShelveRequestJson',
      answer: 'AlarmJson',
      problems: { 400: ['wrong-text', 'no-reason', 'wrong-time'], 404: ['no-such-alarm'] },
    },
    {
      route: 'POST /api/v1/alarms/:id/unshelve',
      summary: 'Takes a shelved alarm back.',
      access: 'operator',
      body: 'NothingJson',
      answer: 'AlarmJson',
      problems: { 404: ['no-such-alarm'] },
    },
  ],
};
