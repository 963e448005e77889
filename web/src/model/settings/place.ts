import { computed, signal } from '@preact/signals';
import { isOld } from '../link.ts';
import { t } from '../../text/language.ts';
import { after } from '../../time.ts';
import { checkTrouble, errors, isChecked } from './ask.ts';
import { config, isChanged } from './draft.ts';
import type { Path } from './part.ts';

/** What stands in front of this screen. */
type DialogName = 'review' | 'versions' | 'conflict' | 'test';

export const dialog = signal<{ readonly name?: DialogName; readonly device?: string }>({});

export function openDialog(name: DialogName, device?: string): void {
  dialog.value = { name, ...(device !== undefined && { device }) };
}

export function closeDialog(): void {
  dialog.value = {};
}

/** Which parts of the form are open, by their paths. */
const open = signal<ReadonlySet<string>>(new Set(['devices']));

export function isOpen(path: Path): boolean {
  return open.value.has(nameOf(path));
}

export function setOpen(path: Path, opens: boolean): void {
  if (open.peek().has(nameOf(path)) === opens) return;
  const next = new Set(open.peek());
  if (opens) next.add(nameOf(path));
  else next.delete(nameOf(path));
  open.value = next;
}

/** Opens everything that a part is in. */
function reveal(path: Path): void {
  path.forEach((_, at) => setOpen(path.slice(0, at + 1), true));
}

/** Opens the form at a part; what shows it is there a moment later. */
export function showField(path: Path): void {
  reveal(path);
  after(FIELD_MS, () => document.getElementById(idOf(path))?.scrollIntoView({ block: 'nearest' }));
}

const FIELD_MS = 50;

/** What the field of a part is called in the document. */
export function idOf(path: Path): string {
  return `set-${path.map((step) => encodeURIComponent(String(step))).join('-')}`;
}

export function nameOf(path: Path): string {
  return path.join('\u0000');
}

/** Why the draft cannot be applied now, in words. */
export const hindrance = computed(() => {
  const { mayChange = false, why } = config.value ?? {};
  if (isOld.value) return t('settings.offline');
  if (!mayChange) return why ?? t('settings.locked');
  if (!isChanged.value) return t('settings.unchanged');
  if (!isChecked.value) return checkTrouble.value;
  const n = errors.value.length;
  return n === 0 ? '' : t('settings.hasMistakes', { n });
});
