import type { Topic } from './route-facts.ts';

export const STATE: Topic = {
  name: 'state',
  summary: 'Devices, lines and the gateway itself.',
  routes: [
    {
      route: 'GET /api/v1/status',
      summary: 'The gateway in numbers.',
      answer: 'StatusJson',
    },
    {
      route: 'GET /api/v1/devices',
      summary: 'The devices and how asking them goes.',
      answer: 'DeviceJson[]',
    },
    {
      route: 'GET /api/v1/lines',
      summary: 'The lines and what was counted on them.',
      answer: 'LineJson[]',
    },
    {
      route: 'GET /api/v1/outages',
      summary: 'Reports of outages, the oldest first.',
      query: { since: { summary: 'ISO 8601, or back from now.', example: '-7d' } },
      answer: 'OutageJson[]',
      problems: { 400: ['wrong-question'] },
    },
    {
      route: 'GET /metrics',
      summary: 'Everything as metrics of Prometheus.',
      answer: 'text/plain',
    },
    {
      route: 'GET /healthz',
      summary: 'Does the program live?',
      access: 'open',
      answer: 'text/plain',
    },
    {
      route: 'GET /readyz',
      summary: 'Was every device asked at least once?',
      access: 'open',
      answer: 'text/plain',
      problems: { 503: ['not-ready'] },
    },
    { route: 'GET /', summary: 'The page.', access: 'open', answer: 'text/html' },
    {
      route: 'GET /assets/:file',
      summary: 'A file of the page.',
      access: 'open',
      answer: 'application/octet-stream',
    },
  ],
};
