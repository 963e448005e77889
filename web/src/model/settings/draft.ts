import { computed, signal } from '@preact/signals';
import type { ConfigFileJson, ConfigJson } from '../../../../src/api/contract.ts';
import { now } from '../../time.ts';
import { getJson, problemWords } from '../api.ts';
import { firstDifference } from './typing.ts';
import { NO_HISTORY, noted, redone, undone, type Step, type TextHistory } from './undo.ts';

/**
 * What somebody makes of the files of the configuration, until it is applied. It lives as long as the page
 * does, and nowhere else: a text may hold secrets, which a browser must not keep.
 */
interface Draft {
  /** What the file was when the draft was begun, or last applied. */
  readonly file: ConfigFileJson;
  /** Lines end with `\n`, as in every field of a page; the file may have them otherwise. */
  readonly text: string;
  readonly history: TextHistory;
  readonly caret: number;
}

/** What the gateway said of the files; undefined until it has. */
export const config = signal<Omit<ConfigJson, 'files'> | undefined>(undefined);
/** Why there is nothing to edit. */
export const refusal = signal('');
const drafts = signal<readonly Draft[]>([]);
const chosen = signal('');

/** The file in sight. */
export const draft = computed(
  () => drafts.value.find(({ file }) => file.name === chosen.value) ?? drafts.value[0],
);
export const text = computed(() => draft.value?.text ?? '');
export const base = computed(() => plainLines(draft.value?.file.text ?? ''));
export const isSite = computed(() => draft.value?.file.kind !== 'profile');
export const isChanged = computed(() => text.value !== base.value);
export const canUndo = computed(() => (draft.value?.history.past.length ?? 0) > 0);
export const canRedo = computed(() => (draft.value?.history.future.length ?? 0) > 0);

/** Every file by name, and whether it was changed. */
export const choices = computed(() =>
  drafts.value.map((one) => ({
    name: one.file.name,
    isChanged: one.text !== plainLines(one.file.text),
  })),
);

/** Somebody else changed the file meanwhile: what it is now. */
export const theirs = signal<ConfigFileJson | undefined>(undefined);

/** The line of the text that belongs to what somebody works on in the form, or has just changed. */
export const pointedLine = signal<number | undefined>(undefined);

/** On a narrow screen only one of both is in sight. */
export const side = signal<'form' | 'text'>('form');

/** Where the caret is to be put: after an undo, or a jump to a line. */
export const caretWish = signal<{ readonly at: number; readonly focus: boolean } | undefined>(
  undefined,
);

/** Asks for the files. Drafts are kept; what nobody has touched becomes what the gateway has. */
export async function askFiles(): Promise<void> {
  const asked = taken;
  const answer = await getJson<ConfigJson>('config');
  // Something newer has come meanwhile: what was applied.
  if (asked !== taken) return;
  if (answer.ok) takeFiles(answer.body);
  else if (drafts.peek().length === 0 || answer.problem.status !== 0) {
    refusal.value = problemWords(answer.problem);
  }
}

let taken = 0;

/** Takes what the gateway has, and notices what somebody else did. */
export function takeFiles({ files, ...rest }: ConfigJson): void {
  taken += 1;
  config.value = rest;
  refusal.value = '';
  const before = drafts.peek();
  drafts.value = files.map((file) => {
    const draft = before.find((one) => one.file.name === file.name);
    if (draft?.file.etag === file.etag) return draft;
    const isTouched = draft !== undefined && draft.text !== plainLines(draft.file.text);
    return isTouched && draft.text !== plainLines(file.text) ? draft : fresh(file, draft);
  });
  const mine = draft.peek();
  const present = files.find(({ name }) => name === mine?.file.name);
  theirs.value = present !== undefined && present.etag !== mine?.file.etag ? present : undefined;
}

function fresh(file: ConfigFileJson, before?: Draft): Draft {
  const { history = NO_HISTORY, caret = 0 } = before ?? {};
  return { file, text: plainLines(file.text), history, caret };
}

export function chooseFile(name: string): void {
  chosen.value = name;
  theirs.value = undefined;
}

/** A change by typing, with the moment it happened, or all at once. */
export function setText(next: string, caret = next.length, isTyped = false): void {
  change((one) => {
    if (one.text === next) return { ...one, caret };
    const before = { text: one.text, caret: one.caret };
    return {
      ...one,
      text: next,
      caret,
      history: noted(one.history, before, isTyped ? now() : undefined),
    };
  });
}

export function noteCaret(caret: number): void {
  const one = draft.peek();
  if (one !== undefined && one.caret !== caret) change((it) => ({ ...it, caret }));
}

export function undo(): void {
  step(undone);
}

export function redo(): void {
  step(redone);
}

function step(
  move: (history: TextHistory, present: Step) => [Step, TextHistory] | undefined,
): void {
  const { history, ...present } = draft.peek() ?? { history: NO_HISTORY, text: '', caret: 0 };
  const [to, next] = move(history, { text: present.text, caret: present.caret }) ?? [];
  if (to === undefined || next === undefined) return;
  change((one) => ({ ...one, ...to, history: next }));
  caretWish.value = { at: to.caret, focus: false };
  pointedLine.value = firstDifference(present.text, to.text);
}

/** Goes on from another state of the file, with the same or another draft. */
export function rebase(file: ConfigFileJson, next: string): void {
  setText(next);
  change((one) => ({ ...one, file }));
  theirs.value = undefined;
}

function change(by: (one: Draft) => Draft): void {
  const one = draft.peek();
  if (one === undefined) return;
  drafts.value = drafts.peek().map((it) => (it === one ? by(one) : it));
}

/** The draft as it is sent: with the line ends of its file. */
export function sentText(): string {
  const one = draft.peek();
  if (one === undefined) return '';
  return one.file.text.includes('\r\n') ? one.text.replaceAll('\n', '\r\n') : one.text;
}

/** With one character at the end of each line, as a field of a page has them. */
export function plainLines(text: string): string {
  return text.replaceAll('\r\n', '\n');
}

/** Shows a line of the text, and puts the caret there. */
export function jumpTo(line: number, column = 1): void {
  const lines = text.peek().split('\n');
  const before = lines.slice(0, line - 1).join('\n').length + (line > 1 ? 1 : 0);
  const length = lines[line - 1]?.length ?? 0;
  side.value = 'text';
  caretWish.value = { at: before + Math.min(column - 1, length), focus: true };
}
