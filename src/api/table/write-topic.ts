import type { Topic } from './route-facts.ts';

const LOCKING = {
  400: ['invalid-request', 'wrong-lock'],
  403: ['role', 'address'],
  503: ['closed', 'state-damaged', 'audit-failed', 'disk-failed'],
};

export const WRITES: Topic = {
  name: 'writes',
  summary: 'What may be written, locks, and who has written.',
  routes: [
    {
      route: 'GET /api/v1/writes',
      summary: 'The points that can be written, their limits and what is left of their memories.',
      answer: 'WritesJson',
    },
    {
      route: 'GET /api/v1/writes/preview',
      summary: 'What would go to the device for a value; nothing is sent.',
      query: {
        point: { summary: 'The point.', example: 'furnace1.sp' },
        value: { summary: 'As people write it: a number, the name of a state.', example: '750' },
      },
      answer: 'WritePreviewJson',
      problems: { 403: ['not-writable'], 422: ['range', 'step', 'type', 'enum', 'not-encodable'] },
    },
    {
      route: 'GET /api/v1/audit',
      summary: 'Who wrote what, and what came of it, the newest first.',
      access: 'viewer',
      query: {
        limit: { summary: 'As many at most, up to 1000. Default: 100.', type: 'integer' },
        point: { summary: 'Only of this point.', example: 'furnace1.sp' },
        device: { summary: 'Only of this device.' },
        name: { summary: 'Only of this person.' },
        outcome: {
          summary: 'Only with this outcome.',
          values: ['confirmed', 'unchanged', 'refused', 'unknown', 'failed'],
        },
        from: { summary: 'Not before, ISO 8601.' },
        until: { summary: 'Not after, ISO 8601.' },
      },
      answer: 'AuditJson[]',
      problems: { 400: ['wrong-filter'] },
    },
    {
      route: 'GET /api/v1/maintenance',
      summary: 'The locks: nothing is written behind them.',
      answer: 'LockJson[]',
    },
    {
      route: 'POST /api/v1/maintenance',
      summary: 'Locks a device, or all.',
      access: 'operator',
      body: 'LockRequestJson',
      answer: 'LockJson[]',
      problems: LOCKING,
    },
    {
      route: 'DELETE /api/v1/maintenance',
      summary: 'Takes a lock away.',
      access: 'operator',
      query: { scope: { summary: 'A device, or * for the lock of all. Default: *.' } },
      answer: 'LockJson[]',
      problems: LOCKING,
    },
  ],
};
