import { editedText, type Key } from './keys.ts';
import type { Pressed } from './press.ts';
import type { Scene, UiState, WriteDraft } from './ui-state.ts';

/** Longer than any text point holds. */
const MAX_TYPED = 500;

/** Opens the page on which one point is written, or says why that is not possible. */
export function startWrite(scene: Scene, id: string | undefined): Pressed {
  const { ui } = scene;
  const why = obstacle(scene, id);
  if (why !== undefined || id === undefined) return { ui: { ...ui, notice: why ?? '' } };
  // What may be written now is asked for anew: rules change while a gateway runs.
  const draft: WriteDraft = { id, step: 'value', wanted: '', typed: '' };
  return { ui: { ...ui, write: draft }, effect: { kind: 'limits' } };
}

function obstacle(scene: Scene, id: string | undefined): string | undefined {
  if (scene.readOnly !== undefined) return `no writing here: ${scene.readOnly}`;
  const offline = offlineText(scene);
  if (offline !== undefined) return offline;
  if (scene.isPaused) return 'no writing while the screen is paused: p goes on';
  if (id === undefined) return 'no point under the cursor: 2 lists them, then w';
  if (scene.site.point(id)?.point.writable !== true) return `${id} cannot be written`;
  return undefined;
}

function offlineText({ site, where }: Scene): string | undefined {
  return site.link.state === 'live' ? undefined : `no writing while ${where} does not answer`;
}

export function pressWrite(scene: Scene, draft: WriteDraft, key: Key): Pressed {
  const { ui } = scene;
  if (draft.step === 'sent') return { ui };
  if (key.name === 'escape' || draft.step === 'done') return { ui: withoutWrite(ui) };
  if (key.name === 'enter') return enter(scene, draft);
  return { ui: { ...ui, write: { ...draft, typed: editedText(draft.typed, key, MAX_TYPED) } } };
}

function enter(scene: Scene, draft: WriteDraft): Pressed {
  const { ui } = scene;
  const typed = draft.typed.trim();
  if (typed === '') return { ui };
  const barred = barredText(scene, draft.id);
  if (barred !== undefined) return { ui: { ...ui, notice: barred } };
  if (draft.step === 'value') {
    return { ui: { ...ui, write: { ...draft, step: 'confirm', wanted: typed, typed: '' } } };
  }
  if (typed !== draft.wanted) {
    return {
      ui: {
        ...ui,
        write: { ...draft, typed: '' },
        notice: `${typed} is not ${draft.wanted}: nothing was written`,
      },
    };
  }
  // The connection may have gone while somebody was typing: nothing is kept to be sent later.
  const offline = offlineText(scene);
  if (offline !== undefined) {
    return {
      ui: { ...ui, write: { ...draft, step: 'done', outcome: { ok: false, text: offline } } },
    };
  }
  const sent: WriteDraft = { ...draft, step: 'sent', typed: '' };
  return { ui: { ...ui, write: sent }, effect: { kind: 'write', draft: sent } };
}

/** Why the gate would not take it whatever the value, where that is known. */
export function barredText({ site: { writes } }: Scene, id: string): string | undefined {
  if (writes === undefined) return undefined;
  if (writes.state !== 'open') return writes.problem ?? `writing is ${writes.state}`;
  const [device] = id.split('.');
  const lock = writes.locks.find(({ scope }) => scope === '*' || scope === device);
  if (lock !== undefined) return `${lock.scope} is locked by ${lock.who}: ${lock.why}`;
  if (writes.points.some(({ point }) => point === id)) return undefined;
  return `the site file allows no writes of ${id}`;
}

function withoutWrite(ui: UiState): UiState {
  const { write: _, ...rest } = ui;
  return rest;
}
