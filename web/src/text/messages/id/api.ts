import type { api as english } from '../en/api.ts';
import type { In } from '../forms.ts';

export const api = {
  'nav.api': 'API',
  'api.what': 'Semua ini lewat HTTP, untuk program. Uraian lengkapnya:',
  'api.copy': 'Salin',
  'api.copied': 'Tersalin',
  'api.try': 'Coba',
} satisfies In<typeof english>;
