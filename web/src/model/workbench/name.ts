import type {
  BenchNameJson,
  BenchNamePlanJson,
  ConfigAppliedJson,
  ConfigCheckJson,
  ConfigFileJson,
  ConfigJson,
  ConfigProblemJson,
  ConfigRefusedJson,
  ConfigTextJson,
} from '../../../../src/api/contract.ts';
import { getJson, problemWords, sendJson } from '../api.ts';

/** What naming would do to a file. */
export interface NameDraft {
  readonly file: ConfigFileJson;
  readonly text: string;
  readonly check: ConfigCheckJson;
}

export type Refused = { readonly trouble: string };

/** The file with the new point in it; nothing is kept. */
export async function draftName(wish: BenchNameJson): Promise<NameDraft | Refused> {
  const plan = await sendJson<BenchNamePlanJson>('POST', 'workbench/name', wish);
  if (!plan.ok) return { trouble: problemWords(plan.problem) };
  const config = await getJson<ConfigJson>('config');
  if (!config.ok) return { trouble: problemWords(config.problem) };
  const { files, mayChange, why = '' } = config.body;
  const file = files.find(({ name }) => name === plan.body.file);
  if (!mayChange || file === undefined) return { trouble: why };
  const edited = await sendJson<ConfigTextJson>('POST', 'config/edit', {
    ...{ text: file.text, edits: plan.body.edits },
  });
  if (!edited.ok) return { trouble: problemWords(edited.problem) };
  const { text } = edited.body;
  const check = await sendJson<ConfigCheckJson>('POST', 'config/check', { name: file.name, text });
  return check.ok ? { file, text, check: check.body } : { trouble: problemWords(check.problem) };
}

export function errorsOf({ check }: NameDraft): readonly ConfigProblemJson[] {
  return check.problems.filter(({ severity }) => severity === 'error');
}

/** Writes and applies it; undefined: done. */
export async function applyName(
  { file: { name, etag }, text }: NameDraft,
  reason: string,
): Promise<Refused | undefined> {
  const body = { name, text, reason };
  const said = await sendJson<ConfigAppliedJson>('PUT', 'config', body, { 'if-match': etag });
  if (said.ok) return undefined;
  const [first] = (said.problem as Partial<ConfigRefusedJson>).problems ?? [];
  return { trouble: first?.message ?? problemWords(said.problem) };
}
