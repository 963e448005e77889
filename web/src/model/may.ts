import { computed } from '@preact/signals';
import { isOld } from './link.ts';
import { me } from './me.ts';
import { t } from '../text/language.ts';

const RANKS = { viewer: 0, operator: 1, admin: 2 } as const;

/** Why somebody of at least this role cannot do something now; empty when nothing is in the way. */
export function hindrance(role: 'operator' | 'admin'): string {
  if (isOld.value) return t('link.lost');
  const has = me.value?.role;
  // Who we are is not known yet: the gateway will say so when it is asked.
  if (has === undefined || RANKS[has] >= RANKS[role]) return '';
  return t('may.role', { role });
}

export const mayOperate = computed(() => hindrance('operator') === '');
