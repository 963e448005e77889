import { beforeEach, expect, test } from 'vitest';
import {
  canRedo,
  canUndo,
  choices,
  chooseFile,
  draft,
  isChanged,
  rebase,
  redo,
  sentText,
  setText,
  takeFiles,
  text,
  theirs,
  undo,
} from './draft.ts';

function files(site: string, profile = 'p: 1\n') {
  return {
    mayChange: true,
    files: [
      { name: 'gateway.yaml', kind: 'site' as const, text: site, etag: `"${site}"` },
      { name: 'profiles/a.yaml', kind: 'profile' as const, text: profile, etag: `"${profile}"` },
    ],
  };
}

beforeEach(() => {
  chooseFile('gateway.yaml');
  takeFiles({ mayChange: true, files: [] });
  takeFiles(files('a: 1\n'));
});

test('what nobody has touched follows the gateway', () => {
  takeFiles(files('a: 2\n'));
  expect([text.value, isChanged.value, theirs.value]).toEqual(['a: 2\n', false, undefined]);
});

test('a draft is kept when somebody else changes the file, and that is said', () => {
  setText('a: 1\nb: 1\n');
  takeFiles(files('a: 2\n'));
  expect([text.value, isChanged.value]).toEqual(['a: 1\nb: 1\n', true]);
  expect(theirs.value?.text).toBe('a: 2\n');
});

test('a draft that was applied is the file from then on', () => {
  setText('a: 3\n');
  takeFiles(files('a: 3\n'));
  expect([isChanged.value, theirs.value, canUndo.value]).toEqual([false, undefined, true]);
});

test('after putting two changes together the draft is over the other one', () => {
  setText('a: 1\nb: 1\n');
  takeFiles(files('a: 2\n'));
  if (theirs.value !== undefined) rebase(theirs.value, 'a: 2\nb: 1\n');
  expect([text.value, draft.value?.file.etag, theirs.value]).toEqual([
    'a: 2\nb: 1\n',
    '"a: 2\n"',
    undefined,
  ]);
});

test('each file has its draft, and its steps back', () => {
  setText('a: 9\n');
  chooseFile('profiles/a.yaml');
  setText('p: 9\n');
  expect(choices.value.map((one) => one.isChanged)).toEqual([true, true]);
  undo();
  expect([text.value, canUndo.value, canRedo.value]).toEqual(['p: 1\n', false, true]);
  redo();
  expect(text.value).toBe('p: 9\n');
  chooseFile('gateway.yaml');
  expect(text.value).toBe('a: 9\n');
});

test('lines end as they do in the file, whatever a field of a page makes of them', () => {
  takeFiles(files('a: 1\r\nb: 2\r\n'));
  expect([text.value, isChanged.value]).toEqual(['a: 1\nb: 2\n', false]);
  setText('a: 1\nb: 3\n');
  expect(sentText()).toBe('a: 1\r\nb: 3\r\n');
});
