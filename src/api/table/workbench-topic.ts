import type { Topic } from './route-facts.ts';

const ASKING = {
  400: ['invalid-request'],
  404: ['no-such-device', 'no-such-line'],
  429: ['overload'],
} as const;

export const WORKBENCH: Topic = {
  name: 'workbench',
  summary: 'Any register of any unit, between the polls of its line.',
  routes: [
    {
      route: 'GET /api/v1/workbench',
      summary: 'What can be asked, the last scans, and who may write registers without a name.',
      access: 'operator',
      answer: 'WorkbenchJson',
    },
    {
      route: 'POST /api/v1/workbench/read',
      summary: 'Reads registers or bits once, in time that the polls leave.',
      access: 'operator',
      body: 'BenchQuestionJson',
      answer: 'BenchReadJson',
      problems: {
        ...ASKING,
        502: ['modbus-exception', 'damaged'],
        503: ['not-sent', 'no-connection', 'closed'],
        504: ['request-timeout'],
      },
    },
    {
      route: 'POST /api/v1/workbench/scans',
      summary: 'Begins to look which registers there are and which of them change. One per line.',
      access: 'operator',
      body: 'BenchQuestionJson',
      answer: 'ScanJson',
      problems: ASKING,
    },
    {
      route: 'GET /api/v1/workbench/scans/:id',
      summary: 'How far a scan is, and what it has found.',
      access: 'operator',
      answer: 'ScanJson',
      problems: { 404: ['no-such-scan'] },
    },
    {
      route: 'DELETE /api/v1/workbench/scans/:id',
      summary: 'Ends a scan; what it has found stays.',
      access: 'operator',
      answer: 'ScanJson',
      problems: { 404: ['no-such-scan'] },
    },
    {
      route: 'POST /api/v1/workbench/unlock',
      summary: 'Lets whoever asks write registers without a name, for ten minutes.',
      access: 'admin',
      body: 'UnlockRequestJson',
      answer: 'UnlockJson[]',
      problems: {
        400: ['invalid-request'],
        403: ['writes-off', 'role', 'address'],
        503: ['queue-full', 'closed', 'state-damaged', 'audit-failed', 'disk-failed'],
      },
    },
    {
      route: 'DELETE /api/v1/workbench/unlock',
      summary: 'Takes that back.',
      access: 'operator',
      answer: 'UnlockJson[]',
      problems: { 503: ['audit-failed'] },
    },
    {
      route: 'POST /api/v1/workbench/write',
      summary: 'Writes registers that no point names, in one frame, and reads them back.',
      access: 'admin',
      body: 'BenchWriteJson',
      answer: 'WriteResultJson',
      problems: {
        400: ['invalid-request'],
        403: [
          ...['writes-off', 'device-off', 'not-writable', 'named', 'locked', 'role', 'address'],
        ],
        404: ['no-such-device'],
        409: ['maintenance', 'device-down', 'stale', 'present-unknown'],
        422: ['type', 'not-encodable'],
        502: ['differs', 'device-refused', 'not-sent'],
        503: ['queue-full', 'closed', 'state-damaged', 'audit-failed', 'disk-failed'],
        504: ['expired', 'no-answer', 'not-verified'],
      },
    },
    {
      route: 'POST /api/v1/workbench/name',
      summary: 'Which change of which file would make a point of some registers; nothing is kept.',
      access: 'admin',
      body: 'BenchNameJson',
      answer: 'BenchNamePlanJson',
      problems: {
        400: ['invalid-request'],
        404: ['no-such-device'],
        422: ['wrong-name'],
        503: ['no-settings'],
      },
    },
  ],
};
