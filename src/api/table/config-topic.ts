import { MAX_CONFIG_BYTES } from '../config-body.ts';
import type { QueryFacts, RouteFacts, Topic } from './route-facts.ts';

// The text of a file may hold secrets.
const ADMIN = { access: 'admin' } satisfies Partial<RouteFacts>;
const NAME: Readonly<Record<string, QueryFacts>> = {
  name: { summary: 'Of which file. Default: the site file.', example: 'profiles/acme/meter.yaml' },
};
const NO_FILE = 'no-such-file';
const NOT_NOW = ['unreadable', 'busy'];

export const CONFIG: Topic = {
  name: 'config',
  summary: 'The site file and the profiles beside it: looked at, tried and changed while it runs.',
  routes: [
    {
      ...ADMIN,
      route: 'GET /api/v1/config',
      summary: 'The files, with the etag of the site file.',
      headers: {
        'If-None-Match':
          'The etag that is known: 304 when it is the same still, and the only file.',
      },
      answer: 'ConfigJson',
      problems: { 503: ['unreadable'] },
    },
    {
      ...ADMIN,
      route: 'PUT /api/v1/config',
      summary: 'Writes and applies a text: on the disk and in what runs, or in neither.',
      headers: { 'If-Match': 'The etag of the text that was changed.' },
      body: 'ConfigPutJson',
      maxBytes: MAX_CONFIG_BYTES,
      answer: 'ConfigAppliedJson',
      problems: {
        ...{ 400: ['wrong-text', 'wrong-reason'], 404: [NO_FILE], 409: ['read-only'] },
        ...{ 412: ['changed-meanwhile'], 422: ['config', 'not-applied'], 428: ['etag-needed'] },
        ...{ 500: ['not-taken-back'], 503: [...NOT_NOW, 'not-kept', 'not-written'] },
      },
    },
    {
      ...ADMIN,
      route: 'GET /api/v1/config/schema',
      summary: 'The JSON Schema of the site file.',
      answer: 'object',
    },
    {
      ...ADMIN,
      route: 'POST /api/v1/config/check',
      summary:
        'What is wrong with a text, what it would change, and what differs. Nothing is kept.',
      body: 'ConfigDraftJson',
      maxBytes: MAX_CONFIG_BYTES,
      answer: 'ConfigCheckJson',
      problems: { 400: ['wrong-text'], 404: [NO_FILE], 503: NOT_NOW },
    },
    {
      ...ADMIN,
      route: 'POST /api/v1/config/edit',
      summary: 'Changes keys of a text without touching any other line of it. Nothing is kept.',
      body: 'ConfigEditRequestJson',
      maxBytes: MAX_CONFIG_BYTES,
      answer: 'ConfigTextJson',
      problems: { 400: ['wrong-text', 'wrong-edit'], 422: ['edit-failed'], 503: ['busy'] },
    },
    {
      ...ADMIN,
      route: 'POST /api/v1/config/test',
      summary: 'Asks a device as a text says: at most 20 points, for at most 8 s.',
      body: 'ConfigTestRequestJson',
      maxBytes: MAX_CONFIG_BYTES,
      answer: 'ConfigTestJson',
      problems: {
        ...{ 400: ['wrong-text'], 404: [NO_FILE, 'no-such-device'], 422: ['config'] },
        503: NOT_NOW,
      },
    },
    {
      ...ADMIN,
      route: 'GET /api/v1/config/versions',
      summary: 'The texts that were applied, the newest first, at most 50.',
      query: NAME,
      answer: 'ConfigVersionJson[]',
      problems: { 404: [NO_FILE], 503: NOT_NOW },
    },
    {
      ...ADMIN,
      route: 'GET /api/v1/config/versions/:id',
      summary: 'The text of a version. A PUT of it restores it.',
      query: NAME,
      answer: 'ConfigTextJson',
      problems: { 404: [NO_FILE, 'no-such-version'], 503: ['unreadable'] },
    },
  ],
};
