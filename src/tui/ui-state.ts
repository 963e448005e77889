import type { SiteModel } from './site-model.ts';
import type { Size } from './screen.ts';

export const SCREENS = ['overview', 'points', 'matrix', 'traffic', 'alarms', 'sinks'] as const;
export type ScreenName = (typeof SCREENS)[number];

/** What was opened over a screen, such as one device. */
export type Opened =
  | { readonly kind: 'device'; readonly device: string }
  | { readonly kind: 'point'; readonly id: string };

/** Where somebody is in a list: the row under the cursor, and the one at the top. */
export interface Place {
  readonly cursor: number;
  readonly top: number;
}

export const SORTS = ['as configured', 'name', 'value', 'quality', 'age'] as const;
export type Sort = (typeof SORTS)[number];

/** A write on its way, from `w` to its outcome. */
export interface WriteDraft {
  readonly id: string;
  /** `value`: it is being typed. `confirm`: typed a second time. Then it is sent, and done. */
  readonly step: 'value' | 'confirm' | 'sent' | 'done';
  /** What is wanted, once it was typed. */
  readonly wanted: string;
  /** What stands in the line where somebody types. */
  readonly typed: string;
  /** What became of it. */
  readonly outcome?: { readonly ok: boolean; readonly text: string };
}

/** Where the person is: nothing in it comes from the gateway. */
export interface UiState {
  readonly screen: ScreenName;
  /** The last is on top. */
  readonly opened: readonly Opened[];
  /** By the name of what is shown. */
  readonly places: Readonly<Record<string, Place>>;
  readonly filter: string;
  /** Whether keys go into the filter. */
  readonly isFiltering: boolean;
  readonly isHelp: boolean;
  readonly sort: Sort;
  readonly write?: WriteDraft;
  /** Said until the next key. */
  readonly notice?: string;
}

export const START: UiState = {
  ...{ screen: 'overview', opened: [], places: {}, filter: '' },
  ...{ isFiltering: false, isHelp: false, sort: 'as configured' },
};

/** Everything a frame is made of. Whoever has two equal scenes sees two equal frames. */
export interface Scene {
  readonly site: SiteModel;
  readonly ui: UiState;
  /** On the scale of the clock, milliseconds. */
  readonly now: number;
  readonly size: Size;
  readonly isPaused: boolean;
  /** Of the source, as the title names it. */
  readonly where: string;
  /** Why nothing can be written, where that is so whatever the point. */
  readonly readOnly?: string;
}

/** What stands before everything else: the page of a device or point, or the screen. */
export function topmost({ opened }: UiState): Opened | undefined {
  return opened.at(-1);
}

/** Under which name the place in the present list is kept. */
export function placeName({ screen, opened }: UiState): string {
  const top = opened.at(-1);
  if (top === undefined) return screen;
  return top.kind === 'device' ? `device ${top.device}` : `point ${top.id}`;
}

/** The place in the present list, inside of a list of `count` rows of which `height` are seen. */
export function placeIn(ui: UiState, count: number, height: number): Place {
  const { cursor: wanted, top: before } = ui.places[placeName(ui)] ?? { cursor: 0, top: 0 };
  const cursor = Math.max(0, Math.min(wanted, count - 1));
  const room = Math.max(1, height);
  const lowest = Math.max(0, Math.min(before, count - room, cursor));
  return { cursor, top: Math.max(lowest, cursor - room + 1) };
}
