import type { api as english } from '../en/api.ts';
import type { In } from '../forms.ts';

export const api = {
  'nav.api': 'API',
  'api.what': 'Всё это по HTTP, для программ. Полное описание:',
  'api.copy': 'Копировать',
  'api.copied': 'Скопировано',
  'api.try': 'Попробовать',
} satisfies In<typeof english>;
