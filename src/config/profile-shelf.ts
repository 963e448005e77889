import { join } from 'node:path';
import { nearest } from '../base/did-you-mean.ts';
import type { SpecIssue } from '../profile/issue.ts';
import type { ParamValues } from '../profile/params.ts';
import { parseProfile, type ParsedProfile, type Profile } from '../profile/profile.ts';
import { readText, type FileAccess } from './file-access.ts';
import { hasErrors, sortIssues, type ConfigIssue } from './issue.ts';
import { SourceText } from './source-text.ts';
import { YamlFile } from './yaml-file.ts';

/** What became of a name: a profile, or nothing, for reasons that are in the issues. */
export interface ShelvedProfile {
  /** With the defaults of its params. */
  readonly profile?: Profile;
  /** The same for a device with other params. */
  readonly withParams?: (values: ParamValues) => ParsedProfile;
  /** Where in its file something stands that was found in it. */
  readonly place?: (issue: SpecIssue) => ConfigIssue;
  /** No folder has it. */
  readonly missing: boolean;
  readonly file?: string;
  readonly issues: readonly ConfigIssue[];
}

const ID = /^[a-z0-9][a-z0-9_.-]*(?:\/[a-z0-9][a-z0-9_.-]*)*$/i;

/** Could this be the name of a profile? It becomes a path below a folder, and must stay there. */
export function isProfileId(id: string): boolean {
  return ID.test(id) && !id.includes('..');
}

/** The folders in which profiles are looked for, the first one winning. Each is read once. */
export class ProfileShelf {
  readonly #folders: readonly string[];
  readonly #files: FileAccess;
  readonly #loaded = new Map<string, ShelvedProfile>();

  constructor(folders: readonly string[], files: FileAccess) {
    this.#folders = folders;
    this.#files = files;
  }

  async get(id: string): Promise<ShelvedProfile> {
    const loaded = this.#loaded.get(id) ?? (await this.#find(id));
    this.#loaded.set(id, loaded);
    return loaded;
  }

  /** The names there are, of all folders. */
  async ids(): Promise<readonly string[]> {
    const ids = new Set<string>();
    for (const folder of this.#folders) {
      // A folder that does not exist has no profiles.
      const names = await this.#files.list(folder).catch(() => []);
      for (const name of names) if (name.endsWith('.yaml')) ids.add(name.slice(0, -5));
    }
    return [...ids].sort();
  }

  /** The name that was probably meant; a model without its vendor is enough. */
  async suggest(id: string): Promise<string | undefined> {
    const ids = await this.ids();
    const model = id.slice(id.lastIndexOf('/') + 1).toLowerCase();
    return (
      nearest(id, ids) ??
      ids.find((known) => known.slice(known.lastIndexOf('/') + 1) === model) ??
      ids.find((known) => known.endsWith(model) || known.startsWith(`${model}/`))
    );
  }

  async #find(id: string): Promise<ShelvedProfile> {
    for (const folder of this.#folders) {
      const found = await readProfileFile(join(folder, `${id}.yaml`), this.#files);
      if (!found.missing) return withIdChecked(found, id);
    }
    return { missing: true, issues: [] };
  }
}

/** Reads one profile file. Its mistakes stand at its own lines. */
export async function readProfileFile(file: string, files: FileAccess): Promise<ShelvedProfile> {
  const read = await readText(files, file);
  if (!('text' in read)) {
    const issue = new SourceText(file, '').issue({ severity: 'error', message: read.problem });
    return { missing: read.missing, file, issues: [issue] };
  }
  const yaml = new YamlFile(new SourceText(file, read.text));
  if (yaml.value === undefined) return { missing: false, file, issues: yaml.issues };
  const { value } = yaml;
  const { profile, issues } = parseProfile(value);
  const all = sortIssues([...yaml.issues, ...issues.map((issue) => yaml.issue(issue))]);
  if (profile === undefined || hasErrors(all)) return { missing: false, file, issues: all };
  const withParams = (values: ParamValues): ParsedProfile => parseProfile(value, values);
  const place = (issue: SpecIssue): ConfigIssue => yaml.issue(issue);
  return { missing: false, file, issues: all, profile, withParams, place };
}

function withIdChecked(found: ShelvedProfile, id: string): ShelvedProfile {
  const { profile, file = id, issues } = found;
  if (profile === undefined || profile.id === id) return found;
  const message = `the file calls itself "${profile.id}" and is found as "${id}"`;
  const note = new SourceText(file, '').issue({ severity: 'note', message });
  return { ...found, issues: [...issues, note] };
}
