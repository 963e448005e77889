import type {
  ConfigAppliedJson,
  ConfigCheckJson,
  ConfigDraftJson,
  ConfigEditJson,
  ConfigJson,
  ConfigProblemJson,
  ConfigPutJson,
  ConfigTestJson,
  ConfigTestRequestJson,
  ConfigVersionJson,
} from './contract.ts';
import type { Problem } from './problem.ts';

/** Why something was not done; `problems` where the text is at fault. */
export interface ConfigRefusal {
  readonly problem: Problem;
  readonly problems?: readonly ConfigProblemJson[];
}

export type ConfigOutcome<T> = { readonly ok: T } | ConfigRefusal;

export interface ConfigPut extends ConfigPutJson {
  /** The etag of the text that was looked at. */
  readonly ifMatch: string;
  /** Who changes it, for the versions and the audit, and from where. */
  readonly who: string;
  readonly from: string;
}

/**
 * The configuration of a running gateway, and the files it is in. Whoever asks here may see and change
 * everything: who that is has been looked at before.
 */
export interface ConfigControl {
  files(): Promise<ConfigOutcome<ConfigJson>>;
  /** JSON Schema of the site file. */
  schema(): Promise<object>;
  check(draft: ConfigDraftJson): Promise<ConfigOutcome<ConfigCheckJson>>;
  /** The text with these changes. */
  edit(text: string, edits: readonly ConfigEditJson[]): Promise<ConfigOutcome<string>>;
  /** Asks one device as a text says. One at a time. */
  test(request: ConfigTestRequestJson): Promise<ConfigOutcome<ConfigTestJson>>;
  /** Writes and applies a text. What it does not apply it does not leave in the file. One at a time. */
  put(put: ConfigPut): Promise<ConfigOutcome<ConfigAppliedJson>>;
  versions(name?: string): Promise<ConfigOutcome<readonly ConfigVersionJson[]>>;
  version(id: string, name?: string): Promise<ConfigOutcome<string>>;
}
