import type { Topic } from './route-facts.ts';

const FORMAT = { summary: 'The bare value for scripts, or JSON.', values: ['json', 'plain'] };

export const VALUES: Topic = {
  name: 'values',
  summary: 'What is measured, and writing it.',
  routes: [
    {
      route: 'GET /api/v1/values',
      summary: 'Every value, in the order of the configuration.',
      answer: 'ValuesJson',
    },
    {
      route: 'GET /api/v1/values/:device',
      summary: 'The values of a device.',
      answer: 'ValuesJson',
      problems: { 404: ['no-such-device'] },
    },
    {
      route: 'GET /api/v1/values/:device/:point',
      summary: 'One value. As plain text only while it is good.',
      query: { format: FORMAT },
      answer: 'SampleJson',
      problems: {
        400: ['no-such-format'],
        404: ['no-such-device', 'no-such-point'],
        503: ['value-not-good'],
      },
    },
    {
      route: 'GET /api/last/:device',
      summary: 'The good numbers of a device in one object, as programs made for mbmd expect them.',
      answer: 'LastJson',
      problems: { 404: ['no-such-device'], 503: ['value-not-good'] },
    },
    {
      route: 'GET /api/v1/points',
      summary: 'What the points are, in the order of the configuration.',
      query: {
        match: {
          summary: 'Only those whose device.point matches; * is anything.',
          example: 'dye*',
        },
      },
      answer: 'PointJson[]',
    },
    {
      route: 'GET /api/v1/points/:device/:point',
      summary: 'What a point is, where it is sent, and what others call it.',
      answer: 'PointDetailJson',
      problems: { 404: ['no-such-point'] },
    },
    {
      route: 'PUT /api/v1/values/:device/:point',
      summary: 'Writes a point, through all limits, and answers with what was and what is.',
      access: 'viewer',
      headers: {
        'Idempotency-Key':
          'A name of this wish: asked again with the same key, the result is the same and nothing is written twice.',
      },
      body: 'WriteRequestJson',
      answer: 'WriteResultJson',
      problems: {
        400: ['invalid-request'],
        403: ['writes-off', 'device-off', 'not-writable', 'role', 'address'],
        404: ['unknown-point'],
        409: [
          ...['key-reused', 'maintenance', 'interlock', 'interlock-unknown', 'device-down'],
          ...['quality', 'stale', 'present-unknown', 'rate', 'wear-life', 'wear-day'],
          ...['no-lease', 'lease-renewed', 'batch-stopped'],
        ],
        422: ['type', 'enum', 'not-encodable', 'no-limits', 'range', 'step', 'max-change'],
        502: ['differs', 'device-refused', 'not-sent'],
        503: ['queue-full', 'closed', 'state-damaged', 'audit-failed', 'disk-failed'],
        504: ['expired', 'no-answer', 'not-verified', 'interrupted'],
      },
    },
    {
      route: 'GET /api/v1/history',
      summary: 'What points were, in buckets for charts.',
      query: {
        points: { summary: 'Points, with commas between.', example: 'furnace1.pv,meter.power' },
        from: { summary: 'ISO 8601, or back from now. Default: -24h.', example: '-24h' },
        to: { summary: 'Likewise. Default: now.', example: 'now' },
        buckets: { summary: 'Buckets at most. Default: 1000.', type: 'integer' },
        step: { summary: 'Length of a bucket, instead of their number.', example: '1m' },
      },
      answer: 'HistoryJson',
      problems: {
        400: ['wrong-question'],
        404: ['no-such-point'],
        503: ['history-not-available'],
      },
    },
    {
      route: 'GET /api/v1/events',
      summary: 'Server-sent events: one snapshot, then what changes, at least once a second.',
      answer: 'text/event-stream',
      problems: { 503: ['too-many-streams'] },
      isStream: true,
    },
  ],
};
