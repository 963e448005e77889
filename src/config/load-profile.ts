import { join } from 'node:path';
import { realFiles, type FileAccess } from './file-access.ts';
import {
  isProfileId,
  ProfileShelf,
  readProfileFile,
  type ShelvedProfile,
} from './profile-shelf.ts';
import { SourceText } from './source-text.ts';

export interface ProfileOptions {
  /** Folders of profiles, the first one winning. */
  readonly profilesDirs: readonly string[];
  readonly files?: FileAccess;
}

/** The profile is absent when there is an error among the issues. */
export type LoadedProfile = Omit<ShelvedProfile, 'missing'>;

/** A profile as the command line names it: `schneider/pm8000`, or the path of a YAML file. */
export async function loadProfile(
  nameOrPath: string,
  { profilesDirs, files = realFiles }: ProfileOptions,
): Promise<LoadedProfile> {
  if (/\.ya?ml$/i.test(nameOrPath)) return readProfileFile(nameOrPath, files);
  const refuse = (message: string, hint: string): LoadedProfile => ({
    issues: [new SourceText(nameOrPath, '').issue({ severity: 'error', message, hint })],
  });
  if (!isProfileId(nameOrPath)) {
    return refuse('this is no name of a profile', 'such as schneider/pm8000, or ./my-meter.yaml');
  }
  const shelf = new ProfileShelf(profilesDirs, files);
  const found = await shelf.get(nameOrPath);
  if (!found.missing) return found;
  const meant = await shelf.suggest(nameOrPath);
  const known = (await shelf.ids()).slice(0, 12).join(' ');
  return refuse(
    'no profile has this name',
    meant === undefined ? `known: ${known}` : `did you mean ${meant}?`,
  );
}

/** What there is to choose from: the id of every profile and the file it is in. */
export async function listProfiles({
  profilesDirs,
  files = realFiles,
}: ProfileOptions): Promise<readonly { readonly id: string; readonly file: string }[]> {
  const found = new Map<string, string>();
  for (const folder of profilesDirs) {
    for (const id of await new ProfileShelf([folder], files).ids()) {
      if (!found.has(id)) found.set(id, join(folder, `${id}.yaml`));
    }
  }
  return [...found].map(([id, file]) => ({ id, file }));
}
