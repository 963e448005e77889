/**
 * The configuration as the page edits it. Everything here needs the role admin: the text of a file may
 * hold secrets. Texts come as they are written, `${NAME}` with them: nothing is filled in.
 */

/** What `GET /api/v1/config` answers, with the etag of the site file as `ETag`. */
export interface ConfigJson {
  /** The site file first, then the profile files beside it that it uses. */
  files: readonly ConfigFileJson[];
  /** Can the files be written? */
  mayChange: boolean;
  /** Why not, and what to do about it. */
  why?: string;
}

export interface ConfigFileJson {
  /** From the folder of the site file on, with `/`: `gateway.yaml`, `profiles/acme/meter.yaml`. */
  name: string;
  kind: 'site' | 'profile';
  text: string;
  /** To be sent as `If-Match`, quotes and all. Changes with the text, whoever changes it. */
  etag: string;
}

/** What `POST /api/v1/config/check` takes: a text of this file, everything else as it is. */
export interface ConfigDraftJson {
  /** Default: the site file. */
  name?: string;
  text: string;
}

/** What that answers. Nothing is kept. */
export interface ConfigCheckJson {
  /** In the order of the text. Without an error among them it can be applied. */
  problems: readonly ConfigProblemJson[];
  /** What would happen to what runs; absent when there are errors. */
  changes?: ConfigChangesJson;
  /** From the file as it is on the disk to the text. */
  diff: readonly ConfigDiffLineJson[];
  /** The parts of the text; absent while it cannot be read as YAML, or has too many. */
  outline?: ConfigPartJson;
}

/** A part of a text: a value as it is written, or what is in it. */
export interface ConfigPartJson {
  /** Where its name stands, or where it does itself when it has none; counted from 1. */
  line: number;
  value?: string | number | boolean | null;
  /** Parts with a name, in the order of the text. */
  fields?: readonly (readonly [name: string, part: ConfigPartJson])[];
  /** Parts of a list. */
  items?: readonly ConfigPartJson[];
  /** It stands elsewhere in the text, and is only meant here: the name of that mark. */
  alias?: string;
}

export interface ConfigProblemJson {
  /** A note changes nothing, it explains. */
  severity: 'error' | 'note';
  message: string;
  /** Which file, as in `files`, or as people name it where it is none of them. */
  file: string;
  /** Counted from 1; absent when the whole file is meant. */
  line?: number;
  column?: number;
  /** Characters that it is about. */
  length?: number;
  /** Keys and places that lead to it in its file: `["devices", "meter1", "unit"]`. */
  path?: readonly (string | number)[];
  hint?: string;
}

/** What is applied, by name. */
export interface ConfigChangesJson {
  /** One that is started and stopped connects anew; one that is kept notices nothing. */
  lines: {
    started: readonly string[];
    stopped: readonly string[];
    kept: readonly string[];
  };
  devices: ConfigNamesJson;
  sinks: ConfigNamesJson;
  servers: ConfigNamesJson;
  alarms: ConfigNamesJson;
  /** Rules and pulls. */
  flows: ConfigNamesJson;
  /** Other keys of the site whose meaning changes: `web`, `writes`, `history`. */
  others: readonly string[];
}

export interface ConfigNamesJson {
  added: readonly string[];
  changed: readonly string[];
  removed: readonly string[];
}

export interface ConfigDiffLineJson {
  kind: 'same' | 'added' | 'removed';
  text: string;
  /** Its number, counted from 1: in the new text, of a removed one in the old. */
  line: number;
}

/** What `POST /api/v1/config/edit` takes. Nothing is kept: it is a calculation. */
export interface ConfigEditRequestJson {
  text: string;
  /** Done one after the other; at most 1,000. */
  edits: readonly ConfigEditJson[];
}

/**
 * One change of a text in which comments, blank lines, quotes and the order of everything else stay.
 * With `value` it is put there, with `key` the last part of the path gets another name, with neither it
 * is taken away. Maps on the way that are not there are made; a number one behind the last of a list adds
 * to it.
 */
export interface ConfigEditJson {
  path: readonly (string | number)[];
  /** JSON. */
  value?: unknown;
  key?: string;
}

/** What that answers. 422 with `edit-failed` where a path leads nowhere or the text is no YAML. */
export interface ConfigTextJson {
  text: string;
}

/** What `POST /api/v1/config/test` takes. */
export interface ConfigTestRequestJson {
  /** Default: the site file. */
  name?: string;
  text: string;
  /** A device of the text. */
  device: string;
}

/** What one device says when it is asked as the text says: at most 20 points, for at most 8 s. */
export interface ConfigTestJson {
  points: readonly ConfigTestPointJson[];
  /** Requests that were sent. */
  requests: number;
  ms: number;
  /** Is there a line to it already? Then it was asked there, between the polls. */
  line: 'running' | 'own';
  /** Points that were left out because there are more than may be asked. */
  more: number;
  /** Why there is nothing, or not everything, in a sentence that says what to do. */
  problem?: string;
}

export interface ConfigTestPointJson {
  name: string;
  label?: string;
  unit?: string;
  decimals?: number;
  /** null when it is not known; whole numbers beyond 2^53 are texts. */
  value: number | string | boolean | null;
  /** The same for people, with names of states: `running`, `21.5 °C`. */
  text: string;
  /** Why it is not known. */
  cause?: string;
  /** The registers as they came. */
  raw?: readonly number[];
}

/** What `PUT /api/v1/config` takes, with `If-Match`. 412 when the file is another by now. */
export interface ConfigPutJson extends ConfigDraftJson {
  /** Why, for those who look at the versions. */
  reason?: string;
}

/** What that answers when it was written and is applied. Otherwise the files are as they were. */
export interface ConfigAppliedJson extends ConfigJson {
  applied: ConfigChangesJson;
}

/** The member of a problem with status 422 and the code `config`: why it was not applied. */
export interface ConfigRefusedJson {
  problems: readonly ConfigProblemJson[];
}

/** One of what `GET /api/v1/config/versions?name=` answers, the newest first; at most 50 per file. */
export interface ConfigVersionJson {
  /** For `GET /api/v1/config/versions/{id}`, which answers a ConfigTextJson. */
  id: string;
  /** When it was applied, ISO 8601. */
  time: string;
  bytes: number;
  /** Who changed it through the API, and why; absent where an editor did. */
  who?: string;
  reason?: string;
  /** Is it the text that the file has now? */
  isCurrent: boolean;
}
