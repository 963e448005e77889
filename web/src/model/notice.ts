import { signal } from '@preact/signals';

/** Something that the whole page must say, until it is read or no longer so. */
export type NoticeKind = 'not-sent' | 'new-page';

export const notice = signal<NoticeKind | undefined>(undefined);
