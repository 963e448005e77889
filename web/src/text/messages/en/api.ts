import type { Messages } from '../forms.ts';

export const api = {
  'nav.api': 'API',
  'api.what': 'All of this over HTTP, for programs. The description in full:',
  'api.copy': 'Copy',
  'api.copied': 'Copied',
  'api.try': 'Try it',
} satisfies Messages;
