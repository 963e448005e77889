import type { ConfigEditJson } from './contract.ts';
import type { Problem } from './problem.ts';

/** Bytes of a request about the configuration: texts are escaped in it, and are a little shorter. */
export const MAX_CONFIG_BYTES = 512 * 1024;

/** A file has no more values than this either. */
const MAX_PARTS = 100_000;
const MAX_EDITS = 1_000;
const MAX_PATH = 64;
const MAX_REASON = 500;

/** What is wrong with a text, or with the reason for it. */
export function textProblem({
  text,
  reason = '',
}: {
  readonly text: string;
  readonly reason?: string;
}): Problem | undefined {
  if (reason.length > MAX_REASON) {
    const detail = `the reason has ${reason.length} characters`;
    const fix = `say it in at most ${MAX_REASON}`;
    return { status: 400, code: 'wrong-reason', detail, fix };
  }
  if (partsOf(text) > MAX_PARTS) {
    const detail = `the text has more than ${MAX_PARTS} lines and parts of lists`;
    return { status: 400, code: 'wrong-text', detail, fix: 'change the file on the machine' };
  }
  // Half a pair of surrogates would be another text on the disk.
  if (!/\p{Surrogate}/u.test(text)) return undefined;
  const detail = 'the text has half a character, which no file can hold';
  return { status: 400, code: 'wrong-text', detail, fix: 'send the whole of it' };
}

/** Lines, commas and brackets: a text made of nothing else would take hundreds of megabytes to look at. */
function partsOf(text: string): number {
  let parts = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (PART_MARKS.has(text.charCodeAt(at))) parts += 1;
  }
  return parts;
}

const PART_MARKS = new Set(['\n', ',', '[', '{'].map((mark) => mark.charCodeAt(0)));

/** What is wrong with edits, before anybody looks where they lead. */
export function editsProblem(edits: readonly ConfigEditJson[]): Problem | undefined {
  const fits = edits.length <= MAX_EDITS && edits.every(isEdit);
  return fits ? undefined : WRONG_EDIT;
}

function isEdit({ path, value, key }: ConfigEditJson): boolean {
  return (
    path.length > 0 &&
    path.length <= MAX_PATH &&
    path.every((part) => typeof part === 'string' || (Number.isInteger(part) && part >= 0)) &&
    (key === undefined || value === undefined)
  );
}

const WRONG_EDIT: Problem = {
  ...{
    status: 400,
    code: 'wrong-edit',
    detail: 'one of the edits leads nowhere, or does two things',
  },
  fix: `send at most ${MAX_EDITS} like { "path": ["devices", "meter1", "unit"], "value": 2 }, with value or key or neither`,
};
