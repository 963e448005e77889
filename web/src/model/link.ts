import { computed, signal } from '@preact/signals';
import type { DeltaEvent, SnapshotEvent } from '../../../src/api/contract.ts';
import { after, every, now } from '../time.ts';
import { guardChanges } from './api.ts';
import { hearTime } from './gateway-time.ts';
import { askMe, isStranger } from './me.ts';
import { meetVersion } from './new-page.ts';
import { notice } from './notice.ts';
import { applyDelta, applySnapshot } from './site.ts';

/**
 * The event stream, and what the page may believe of it.
 *
 * The gateway says something every second. Hearing nothing for almost three means that the values on
 * the page are history, whatever the browser says about its connection: a network that went away
 * without a word leaves a connection open for minutes. We then close it ourselves and ask again.
 * While nobody looks at the page, it asks for nothing.
 */
export type LinkState = 'connecting' | 'live' | 'lost' | 'resting';

export const link = signal<LinkState>('connecting');

/** Is what the page shows history? Then nothing on it may look as if it were so now. */
export const isOld = computed(() => link.value === 'lost' || link.value === 'resting');

/** Said within 3 s, so decided a little earlier. */
const SILENT_MS = 2_700;
const CHECK_MS = 200;
const RETRY_MS = 1_000;
/** A connection that was opened and says nothing is given up after this. */
const GIVE_UP_MS = 6_000;
/** A hidden page keeps its stream this long, for people who only look something up. */
const HIDDEN_MS = 30_000;

let source: EventSource | undefined;
let heardAt = 0;
let openedAt = 0;
let cancelRetry = (): void => undefined;
let cancelRest = (): void => undefined;

/** Begins anew, for whoever has just become somebody else. */
export function reopenLink(): void {
  heardAt = now();
  link.value = 'connecting';
  open();
}

/** Opens the stream and keeps it open as long as somebody looks. */
export function runLink(): void {
  heardAt = now();
  guardChanges(
    () => link.peek() === 'live',
    () => {
      notice.value = 'not-sent';
    },
  );
  void askMe().then(() => {
    if (!isStranger.peek()) open();
  });
  every(CHECK_MS, check);
  document.addEventListener('visibilitychange', () => {
    cancelRest();
    if (document.visibilityState === 'hidden') cancelRest = after(HIDDEN_MS, rest);
    else if (link.peek() === 'resting') wake();
  });
}

function open(): void {
  close();
  openedAt = now();
  const opened = new EventSource('api/v1/events');
  source = opened;
  opened.addEventListener('snapshot', ({ data }: MessageEvent<string>) => {
    const snapshot = JSON.parse(data) as SnapshotEvent;
    hear(snapshot.time);
    meetVersion(snapshot.version);
    applySnapshot(snapshot);
  });
  opened.addEventListener('delta', ({ data }: MessageEvent<string>) => {
    const delta = JSON.parse(data) as DeltaEvent;
    hear(delta.time);
    applyDelta(delta);
  });
  // A browser waits longer and longer between its own tries, and gives up on a refusal.
  opened.addEventListener('error', () => {
    close();
    cancelRetry = after(RETRY_MS, () => {
      void askMe().then(() => {
        // Whoever is not known here gets no stream: the page asks who it is.
        if (!isStranger.peek()) open();
      });
    });
  });
}

function close(): void {
  cancelRetry();
  source?.close();
  source = undefined;
}

function hear(time: string): void {
  heardAt = now();
  hearTime(time);
  link.value = 'live';
  if (notice.peek() === 'not-sent') notice.value = undefined;
}

function check(): void {
  if (link.peek() === 'resting') return;
  const silentMs = now() - heardAt;
  if (silentMs > SILENT_MS) link.value = 'lost';
  const waitedMs = now() - Math.max(heardAt, openedAt);
  if (source !== undefined && waitedMs > GIVE_UP_MS) open();
}

function rest(): void {
  close();
  link.value = 'resting';
}

function wake(): void {
  heardAt = now();
  link.value = 'connecting';
  open();
}
