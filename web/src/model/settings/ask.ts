import { computed, effect, signal } from '@preact/signals';
import type {
  ConfigAppliedJson,
  ConfigChangesJson,
  ConfigCheckJson,
  ConfigEditJson,
  ConfigPartJson,
  ConfigProblemJson,
  ConfigRefusedJson,
  ConfigTestJson,
  ConfigTextJson,
  ConfigVersionJson,
} from '../../../../src/api/contract.ts';
import { after, every } from '../../time.ts';
import { isOld } from '../link.ts';
import { getJson, problemWords, sendAnyway, sendJson, type Answer } from '../api.ts';
import {
  askFiles,
  draft,
  isSite,
  plainLines,
  pointedLine,
  sentText,
  setText,
  takeFiles,
  text,
  theirs,
} from './draft.ts';
import { pathAtLine, type Path } from './part.ts';
import type { Schema } from './schema.ts';
import { firstDifference } from './typing.ts';

/** What the questions of this screen are: each is asked by one person at a time. */
const CHECK_PAUSE_MS = 400;
/** How soon one hears that somebody else has changed the files. */
const FILES_MS = 15_000;

/** The schema that the form is made from. */
export const schema = signal<Schema | undefined>(undefined);

/** What of the draft is known, and of which text: an older one may still be in sight. */
export const outline = signal<{ readonly of: string; readonly root: ConfigPartJson } | undefined>(
  undefined,
);
/** Can the text in sight not be read as YAML? Then the form shows the last one that could. */
export const isBroken = signal(false);
export const check = signal<{ readonly of: string; readonly said: ConfigCheckJson } | undefined>(
  undefined,
);
/** Why it could not be checked at all. */
export const checkTrouble = signal('');
/** What the last edit in the form could not do. */
export const editTrouble = signal('');

export const isChecked = computed(
  () => check.value?.of === keyOf(draft.value?.file.name, text.value),
);
export const problems = computed<readonly ConfigProblemJson[]>(
  () => check.value?.said.problems ?? [],
);
export const errors = computed(() => problems.value.filter(({ severity }) => severity === 'error'));

/** Of the file in sight, each with what it is about; problems of others are shown without a place. */
export const ownProblems = computed<readonly ConfigProblemJson[]>(() =>
  problems.value
    .filter(({ file }) => file === draft.value?.file.name)
    .map((one) => (one.path === undefined ? { ...one, path: pathOf(one.line) } : one)),
);

function pathOf(line: number | undefined): Path {
  return line === undefined ? [] : pathAtLine(outline.value?.root, line);
}

export async function askSchema(): Promise<void> {
  if (schema.peek() !== undefined) return;
  const answer = await getJson<Schema>('config/schema');
  if (answer.ok) schema.value = answer.body;
}

/** Looks at the draft after every pause in typing, as long as the screen is there. */
export function runLooking(): () => void {
  const checking = latest(CHECK_PAUSE_MS, checkPresent);
  const stop = effect(() => {
    if (draft.value === undefined) return;
    checking.wish();
  });
  const cancel = every(FILES_MS, () => {
    if (!isOld.peek()) void askFiles();
  });
  return () => {
    stop();
    cancel();
    checking.drop();
  };
}

/** Asks once things are quiet, and again afterwards when something changed meanwhile. */
function latest(pauseMs: number, ask: () => Promise<void>): { wish(): void; drop(): void } {
  let cancel = (): void => undefined;
  let asked = 0;
  let wished = 0;
  let isBusy = false;
  const go = async (): Promise<void> => {
    isBusy = true;
    asked = wished;
    await ask();
    isBusy = false;
    if (wished > asked) later();
  };
  const later = (): void => {
    cancel();
    cancel = after(pauseMs, () => void go());
  };
  return {
    wish() {
      wished += 1;
      if (!isBusy) later();
    },
    drop() {
      cancel();
      asked = wished;
    },
  };
}

function keyOf(name: string | undefined, of: string): string {
  return `${name ?? ''}\n${of}`;
}

/** Asks what the text in sight is worth, unless that is known or being asked. */
export async function checkPresent(): Promise<void> {
  if (draft.peek() === undefined || isChecked.peek()) return;
  const key = keyOf(draft.peek()?.file.name, text.peek());
  if (checking?.key !== key) checking = { key, done: checkNow(key) };
  await checking.done;
  checking = undefined;
}

let checking: { readonly key: string; readonly done: Promise<void> } | undefined;

async function checkNow(key: string): Promise<void> {
  const [name, of] = [draft.peek()?.file.name, text.peek()];
  const answer = await sendAnyway<ConfigCheckJson>('POST', 'config/check', {
    name,
    text: sentText(),
  });
  checkTrouble.value = answer.ok ? '' : problemWords(answer.problem);
  if (!answer.ok) return;
  const said = answer.body;
  check.value = { of: key, said };
  if (draft.peek()?.file.name !== name || !isSite.peek()) return;
  isBroken.value = said.outline === undefined;
  if (said.outline !== undefined) outline.value = { of, root: said.outline };
}

let editing: Promise<void> = Promise.resolve();

/** Changes the text as a person would: only what is meant, comments stay. One edit after the other. */
export async function edit(...edits: readonly ConfigEditJson[]): Promise<void> {
  editing = editing.then(async () => {
    for (let tries = 0; tries < 3; tries += 1) {
      const before = text.peek();
      const answer = await sendAnyway<ConfigTextJson>('POST', 'config/edit', {
        text: before,
        edits,
      });
      // Somebody typed meanwhile: the edit is for the text as it is by now.
      if (before !== text.peek()) continue;
      editTrouble.value = answer.ok ? '' : problemWords(answer.problem);
      if (!answer.ok) return;
      setText(plainLines(answer.body.text));
      pointedLine.value = firstDifference(before, text.peek());
      // The form is waiting to show it.
      await checkPresent();
      return;
    }
  });
  return editing;
}

/** Resolves when the last edit in the form is in the text. */
export async function settled(): Promise<void> {
  return editing;
}

export async function testDevice(device: string): Promise<Answer<ConfigTestJson>> {
  const name = draft.peek()?.file.name;
  return sendJson<ConfigTestJson>('POST', 'config/test', { name, text: sentText(), device });
}

export type Applied =
  | { readonly applied: ConfigChangesJson }
  | { readonly problems: readonly ConfigProblemJson[]; readonly why: string }
  | { readonly isOvertaken: true };

/** Writes the draft and applies it. When somebody was faster, what they did is in `theirs`. */
export async function apply(reason: string): Promise<Applied> {
  const { name = '', etag = '' } = draft.peek()?.file ?? {};
  const body = { name, text: sentText(), ...(reason !== '' && { reason }) };
  const answer = await sendJson<ConfigAppliedJson>('PUT', 'config', body, { 'if-match': etag });
  if (answer.ok) {
    const { applied, ...rest } = answer.body;
    takeFiles(rest);
    return { applied };
  }
  if (answer.problem.status === 412) {
    await askFiles();
    if (theirs.peek() !== undefined) return { isOvertaken: true };
  }
  const { problems = [] } = answer.problem as Partial<ConfigRefusedJson>;
  return { problems, why: problemWords(answer.problem) };
}

export async function askVersions(): Promise<Answer<readonly ConfigVersionJson[]>> {
  return getJson(`config/versions${ofFile()}`);
}

export async function askVersion(id: string): Promise<Answer<ConfigTextJson>> {
  return getJson(`config/versions/${encodeURIComponent(id)}${ofFile()}`);
}

function ofFile(): string {
  return `?name=${encodeURIComponent(draft.peek()?.file.name ?? '')}`;
}
