import type { RouteFacts, Topic } from './route-facts.ts';

const OPERATE = { access: 'operator', answer: 'DeviceDetailJson' } satisfies Partial<RouteFacts>;

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
      route: 'GET /api/v1/devices/:device',
      summary: 'One device: how asking it goes, its answer times and the requests of its plan.',
      answer: 'DeviceDetailJson',
      problems: { 404: ['no-such-device'] },
    },
    {
      route: 'GET /api/v1/devices/:device/points',
      summary: 'What the points of a device are.',
      answer: 'PointJson[]',
      problems: { 404: ['no-such-device'] },
    },
    {
      ...OPERATE,
      route: 'POST /api/v1/devices/:device/try',
      summary: 'Asks a device now, ahead of its turn; answers when it has answered or has not.',
      body: 'NothingJson',
      problems: { 404: ['no-such-device'], 409: ['not-polled', 'paused'], 429: ['too-soon'] },
    },
    {
      ...OPERATE,
      route: 'POST /api/v1/devices/:device/pause',
      summary: 'Asks a device nothing more until somebody resumes, over a restart too.',
      body: 'PauseRequestJson',
      problems: {
        ...{ 404: ['no-such-device'] },
        ...{ 409: ['not-polled'], 422: ['no-reason'] },
      },
    },
    {
      ...OPERATE,
      route: 'POST /api/v1/devices/:device/resume',
      summary: 'Asks a paused device again.',
      body: 'NothingJson',
      problems: { 404: ['no-such-device'], 409: ['not-polled'] },
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
      route: 'GET /api/v1/openapi.json',
      summary: 'This document: OpenAPI 3.1.',
      answer: 'object',
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
