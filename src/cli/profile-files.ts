import { join, relative } from 'node:path';
import { UsageError } from '../base/errors.ts';
import { formatIssues } from '../config/format-issues.ts';
import { listProfiles, loadProfile, type LoadedProfile } from '../config/load-profile.ts';
import { chooseParams } from '../profile/params.ts';
import type { Profile } from '../profile/profile.ts';
import type { CommandInput } from './command.ts';
import type { CliContext } from './context.ts';
import { ConfigError, profileFolders } from './load.ts';

/** A profile that was found and is without a mistake. */
export interface UsableProfile extends LoadedProfile {
  readonly profile: Profile;
  readonly withParams: NonNullable<LoadedProfile['withParams']>;
  readonly place: NonNullable<LoadedProfile['place']>;
}

/** Own profiles come before those of the program, as they do for a site file in this folder. */
function folders(context: CliContext): readonly string[] {
  return [...new Set([join(context.cwd, 'profiles'), ...profileFolders(context)])];
}

/** Every profile there is, by name, with the file it is in as seen from here. */
export async function allProfiles(
  context: CliContext,
): Promise<readonly { readonly id: string; readonly file: string }[]> {
  const found = await listProfiles({ profilesDirs: folders(context) });
  return found
    .map(({ id, file }) => ({ id, file: shortest(file, context.cwd) }))
    .sort((a, b) => a.id.localeCompare(b.id));
}

function shortest(file: string, cwd: string): string {
  const near = relative(cwd, file);
  return near.startsWith('..') ? file : near;
}

export async function findProfile(context: CliContext, name: string): Promise<LoadedProfile> {
  return loadProfile(name, { profilesDirs: folders(context) });
}

/** The profile, with every remark on it written to stderr. Throws ConfigError when it has an error. */
export async function usableProfile(context: CliContext, name: string): Promise<UsableProfile> {
  const found = await findProfile(context, name);
  const { profile, withParams, place, issues } = found;
  const { stderr } = context;
  if (issues.length > 0) stderr.write(formatIssues(issues, { color: stderr.isTerminal }));
  if (profile === undefined || withParams === undefined || place === undefined) {
    throw new ConfigError(`the profile ${name} was not used`);
  }
  return { ...found, profile, withParams, place };
}

/** The profile as a device with the params of the command line has it. Throws UsageError. */
export function withTypedParams(
  { profile, withParams }: UsableProfile,
  { options }: CommandInput,
): Profile {
  const typed = options['param'];
  if (!Array.isArray(typed)) return profile;
  const written = Object.fromEntries(
    (typed as readonly string[]).map((text) => {
      const [, name = '', value = ''] = /^([^=]+)=(.+)$/.exec(text) ?? [];
      if (name === '') throw new UsageError(`"${text}" is no param, write name=value`);
      return [name, Number(value)] as const;
    }),
  );
  const { values, issues } = chooseParams(profile.params, written);
  const own = withParams(values);
  const [problem] = [...issues, ...own.issues.filter(({ severity }) => severity === 'error')];
  if (problem === undefined && own.profile !== undefined) return own.profile;
  const { message = 'the profile is wrong with these params', hint } = problem ?? {};
  throw new UsageError(hint === undefined ? message : `${message}; ${hint}`);
}
