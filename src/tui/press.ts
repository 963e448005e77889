import { editedText, type Key } from './keys.ts';
import { pressWrite, startWrite } from './press-write.ts';
import { listExtent } from './render.ts';
import { rowsOf, type Row } from './rows.ts';
import {
  SCREENS,
  SORTS,
  placeIn,
  placeName,
  topmost,
  type Opened,
  type Scene,
  type UiState,
  type WriteDraft,
} from './ui-state.ts';

/** What a key asks for beyond another state of the page. */
export type Effect =
  | { readonly kind: 'quit'; readonly isInterrupt: boolean }
  | { readonly kind: 'redraw' | 'suspend' | 'pause' | 'export' | 'limits' }
  | { readonly kind: 'write'; readonly draft: WriteDraft };

export interface Pressed {
  readonly ui: UiState;
  readonly effect?: Effect;
}

/** What a key makes of the page. */
export function press(scene: Scene, key: Key): Pressed {
  const always = ALWAYS[key.name];
  if (always !== undefined) return { ui: scene.ui, effect: always };
  const { notice: _, ...ui } = scene.ui;
  const quiet = { ...scene, ui };
  if (ui.write !== undefined) return pressWrite(quiet, ui.write, key);
  if (ui.isFiltering) return { ui: pressFilter(quiet, key) };
  if (ui.isHelp) return { ui: { ...ui, isHelp: false } };
  return command(quiet, key);
}

const ALWAYS: Partial<Record<Key['name'], Effect>> = {
  'ctrl-c': { kind: 'quit', isInterrupt: true },
  'ctrl-l': { kind: 'redraw' },
  'ctrl-z': { kind: 'suspend' },
};

type Command = (scene: Scene) => Pressed;

const LETTERS: Readonly<Record<string, Command>> = {
  q: ({ ui }) => ({ ui, effect: { kind: 'quit', isInterrupt: false } }),
  '?': ({ ui }) => ({ ui: { ...ui, isHelp: true } }),
  '/': filterBegins,
  s: nextSort,
  p: ({ ui }) => ({ ui, effect: { kind: 'pause' } }),
  e: ({ ui }) => ({ ui, effect: { kind: 'export' } }),
  w: (scene) => startWrite(scene, chosenPoint(scene)),
  j: (scene) => move(scene, 1),
  k: (scene) => move(scene, -1),
  ' ': (scene) => movePages(scene, 1),
  f: (scene) => movePages(scene, 1),
  b: (scene) => movePages(scene, -1),
  g: (scene) => move(scene, -Infinity),
  G: (scene) => move(scene, Infinity),
};

const NAMED: Partial<Record<Key['name'], Command>> = {
  down: (scene) => move(scene, 1),
  up: (scene) => move(scene, -1),
  pagedown: (scene) => movePages(scene, 1),
  pageup: (scene) => movePages(scene, -1),
  home: (scene) => move(scene, -Infinity),
  end: (scene) => move(scene, Infinity),
  right: (scene) => turn(scene, 1),
  tab: (scene) => turn(scene, 1),
  left: (scene) => turn(scene, -1),
  backtab: (scene) => turn(scene, -1),
  enter: openChosen,
  escape: goBack,
  backspace: goBack,
};

function command(scene: Scene, { name, text }: Key): Pressed {
  const screen = SCREENS[Number(text) - 1];
  if (name === 'char' && screen !== undefined) {
    return { ui: { ...scene.ui, screen, opened: [] } };
  }
  const run = name === 'char' && Object.hasOwn(LETTERS, text) ? LETTERS[text] : NAMED[name];
  return run?.(scene) ?? { ui: scene.ui };
}

function move(scene: Scene, by: number): Pressed {
  const { ui } = scene;
  const { count, height } = listExtent(scene);
  const { cursor, top } = placeIn(ui, count, height);
  const wanted = Math.max(0, Math.min(count - 1, cursor + by));
  const places = { ...ui.places, [placeName(ui)]: { cursor: wanted, top } };
  const moved = { ...ui, places };
  const place = placeIn(moved, count, height);
  return { ui: { ...moved, places: { ...places, [placeName(ui)]: place } } };
}

function movePages(scene: Scene, pages: number): Pressed {
  const { height } = listExtent(scene);
  // Matrices scroll by lines, and a page of them is what is seen.
  const page = scene.ui.screen === 'matrix' ? scene.size.rows - 4 : height;
  return move(scene, pages * Math.max(1, page));
}

function turn({ ui }: Scene, by: number): Pressed {
  const at = SCREENS.indexOf(ui.screen) + by + SCREENS.length;
  return { ui: { ...ui, screen: SCREENS[at % SCREENS.length] ?? 'overview', opened: [] } };
}

function chosenRow(scene: Scene): Row | undefined {
  const rows = rowsOf(scene);
  return rows[placeIn(scene.ui, rows.length, listExtent(scene).height).cursor];
}

function chosenPoint(scene: Scene): string | undefined {
  const top = topmost(scene.ui);
  if (top?.kind === 'point') return top.id;
  const row = chosenRow(scene);
  if (row?.kind === 'point') return row.view.id;
  return row?.kind === 'concern' ? row.concern.point : undefined;
}

function openChosen(scene: Scene): Pressed {
  const { ui, site } = scene;
  const next = opens(chosenRow(scene));
  if (next === undefined) return { ui };
  if (next.kind === 'device' && site.device(next.device) === undefined) return { ui };
  return { ui: { ...ui, opened: [...ui.opened, next] } };
}

function opens(row: Row | undefined): Opened | undefined {
  if (row?.kind === 'device') return { kind: 'device', device: row.device.status.name };
  if (row?.kind === 'point') return { kind: 'point', id: row.view.id };
  if (row?.kind !== 'concern') return undefined;
  const { point, device } = row.concern;
  return point === undefined ? { kind: 'device', device } : { kind: 'point', id: point };
}

function goBack({ ui }: Scene): Pressed {
  if (ui.opened.length > 0) return { ui: { ...ui, opened: ui.opened.slice(0, -1) } };
  return { ui: { ...ui, filter: '' } };
}

function filterBegins({ ui }: Scene): Pressed {
  const top = topmost(ui);
  if (top?.kind === 'point') return { ui };
  return { ui: { ...ui, isFiltering: true } };
}

/** Longer than any name. */
const MAX_FILTER = 100;

function pressFilter({ ui }: Scene, key: Key): UiState {
  // Backspace with nothing left to take away leaves, as in less.
  const leaves = key.name === 'backspace' && ui.filter === '';
  if (key.name === 'enter' || leaves) return { ...ui, isFiltering: false };
  if (key.name === 'escape') return { ...ui, isFiltering: false, filter: '' };
  const filter = editedText(ui.filter, key, MAX_FILTER);
  return filter === ui.filter ? ui : withFilter(ui, filter);
}

function withFilter(ui: UiState, filter: string): UiState {
  return { ...ui, filter, places: { ...ui.places, [placeName(ui)]: { cursor: 0, top: 0 } } };
}

function nextSort({ ui }: Scene): Pressed {
  const hasPoints = ui.screen === 'points' || ui.opened.length > 0;
  if (!hasPoints) return { ui: { ...ui, notice: 'points can be sorted: 2, then s' } };
  const sort = SORTS[(SORTS.indexOf(ui.sort) + 1) % SORTS.length] ?? 'as configured';
  return {
    ui: { ...ui, sort, notice: `sorted ${sort === 'as configured' ? sort : `by ${sort}`}` },
  };
}
