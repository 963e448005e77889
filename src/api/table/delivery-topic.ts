import type { Topic } from './route-facts.ts';

const OPERATE = { access: 'operator', problems: { 404: ['no-such-sink'] } } as const;

export const DELIVERY: Topic = {
  name: 'delivery',
  summary: 'Sinks, rules and pulls.',
  routes: [
    {
      route: 'GET /api/v1/sinks',
      summary: 'Where values go, and what waits.',
      answer: 'SinkJson[]',
    },
    {
      route: 'GET /api/v1/sinks/:name/quarantine',
      summary: 'What a receiver refused.',
      answer: 'QuarantineJson[]',
      problems: { 404: ['no-such-sink'] },
    },
    {
      route: 'GET /api/v1/sinks/:name/newest',
      summary: 'The newest record as it left for the receiver.',
      answer: 'NewestRecordJson',
      problems: { 404: ['no-such-sink'] },
    },
    {
      route: 'POST /api/v1/sinks/:name/drop',
      summary: 'Gives up what waits, for good; it counts as lost.',
      access: 'admin',
      body: 'DropRequestJson',
      answer: 'CountJson',
      problems: { 400: ['not-confirmed'], 404: ['no-such-sink'] },
    },
    {
      ...OPERATE,
      route: 'POST /api/v1/sinks/:name/test',
      summary: 'Tries whether a receiver can be reached.',
      body: 'NothingJson',
      answer: 'TriedJson',
    },
    {
      ...OPERATE,
      route: 'POST /api/v1/sinks/:name/pause',
      summary: 'Stops sending; what comes waits.',
      body: 'NothingJson',
      answer: 'DoneJson',
    },
    {
      ...OPERATE,
      route: 'POST /api/v1/sinks/:name/resume',
      summary: 'Goes on sending.',
      body: 'NothingJson',
      answer: 'DoneJson',
    },
    {
      ...OPERATE,
      route: 'POST /api/v1/sinks/:name/quarantine/retry',
      summary: 'Sends again what a receiver refused.',
      body: 'QuarantineRequestJson',
      answer: 'CountJson',
    },
    {
      ...OPERATE,
      route: 'POST /api/v1/sinks/:name/quarantine/discard',
      summary: 'Throws away what a receiver refused.',
      body: 'QuarantineRequestJson',
      answer: 'CountJson',
    },
    {
      route: 'GET /api/v1/exchanges',
      summary: 'Rules and pulls, their runs and steps.',
      answer: 'ExchangesJson',
    },
    {
      route: 'POST /api/v1/exchanges/retry',
      summary: 'Tries again what is dead of a run.',
      access: 'operator',
      body: 'RetryRequestJson',
      answer: 'CountJson',
      problems: { 409: ['no-retry'] },
    },
    {
      route: 'POST /api/v1/exchanges/dry-run',
      summary: 'What a rule or a pull would do now; nothing is done.',
      access: 'operator',
      body: 'DryRunRequestJson',
      answer: 'ExchangeRunJson[]',
      problems: { 404: ['no-such-flow'], 503: ['no-answer'] },
    },
  ],
};
