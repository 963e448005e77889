import type {
  ConfigDraftJson,
  ConfigEditJson,
  ConfigEditRequestJson,
  ConfigPutJson,
  ConfigTestRequestJson,
} from './contract.ts';
import type { Problem } from './problem.ts';

/** Bytes of a request about the configuration: a file in it has at most half of them. */
export const MAX_CONFIG_BYTES = 512 * 1024;

const MAX_EDITS = 1_000;
const MAX_PATH = 64;
const MAX_REASON = 500;

/** The bodies of requests about the configuration, checked by their keys. */

export function readDraft(body: unknown): ConfigDraftJson | Problem {
  const fields = textFields(body, ['name', 'text'], ['text']);
  return fields === undefined
    ? wrong('{ "text": "version: 1…" }, and besides it name')
    : (fields as unknown as ConfigDraftJson);
}

export function readTest(body: unknown): ConfigTestRequestJson | Problem {
  const fields = textFields(body, ['name', 'text', 'device'], ['text', 'device']);
  if (fields === undefined) return wrong('{ "text": "version: 1…", "device": "meter1" }');
  return fields as unknown as ConfigTestRequestJson;
}

export function readPut(body: unknown): ConfigPutJson | Problem {
  const fields = textFields(body, ['name', 'text', 'reason'], ['text']);
  if (fields === undefined || (fields['reason'] ?? '').length > MAX_REASON) {
    return wrong(
      `{ "text": "version: 1…" }, and besides it name and reason, up to ${MAX_REASON} characters`,
    );
  }
  return fields as unknown as ConfigPutJson;
}

export function readEdit(body: unknown): ConfigEditRequestJson | Problem {
  const { text, edits, ...rest } = objectOf(body) ?? {};
  const areEdits = Array.isArray(edits) && edits.length <= MAX_EDITS && edits.every(isEdit);
  if (!isText(text) || !areEdits || Object.keys(rest).length > 0) {
    return wrong('{ "text": "version: 1…", "edits": [{ "path": ["name"], "value": "hall" }] }');
  }
  return { text, edits };
}

function isEdit(edit: unknown): edit is ConfigEditJson {
  const { path, value, key, ...rest } = objectOf(edit) ?? {};
  return (
    Array.isArray(path) &&
    path.length > 0 &&
    path.length <= MAX_PATH &&
    path.every((part) => isText(part) || (Number.isInteger(part) && (part as number) >= 0)) &&
    (key === undefined || (isText(key) && value === undefined)) &&
    Object.keys(rest).length === 0
  );
}

/** The fields of an object that are texts, and no others; undefined where one is wrong or missing. */
function textFields(
  body: unknown,
  known: readonly string[],
  needed: readonly string[],
): Readonly<Record<string, string>> | undefined {
  const fields = objectOf(body);
  if (fields === undefined) return undefined;
  const isRight =
    Object.entries(fields).every(([key, value]) => known.includes(key) && isText(value)) &&
    needed.every((key) => fields[key] !== undefined);
  return isRight ? (fields as Readonly<Record<string, string>>) : undefined;
}

function objectOf(body: unknown): Readonly<Record<string, unknown>> | undefined {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return undefined;
  return body as Readonly<Record<string, unknown>>;
}

/** Half a pair of surrogates would be another text on the disk. */
function isText(value: unknown): value is string {
  return typeof value === 'string' && !/\p{Surrogate}/u.test(value);
}

function wrong(fix: string): Problem {
  return {
    ...{ status: 400, code: 'wrong-body', detail: 'the body is not what this takes' },
    fix: `send ${fix}`,
  };
}
