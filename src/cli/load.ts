import { join } from 'node:path';
import { GatewayError } from '../base/errors.ts';
import { formatIssues } from '../config/format-issues.ts';
import type { ConfigIssue } from '../config/issue.ts';
import { loadProfile } from '../config/load-profile.ts';
import { loadSite } from '../config/load-site.ts';
import type { SiteConfig } from '../config/site-config.ts';
import type { Profile } from '../profile/profile.ts';
import type { CliContext } from './context.ts';

/** A file of the operator's has mistakes; they have been printed. */
export class ConfigError extends GatewayError {
  readonly code = 'config';
}

/** Reads a site file. Prints every issue to stderr; throws ConfigError when one is an error. */
export async function openSite(context: CliContext, file: string): Promise<SiteConfig> {
  return (await openSiteFiles(context, file)).site;
}

/** The same, with every file that had a say in it. */
export async function openSiteFiles(
  context: CliContext,
  file: string,
): Promise<{ readonly site: SiteConfig; readonly files: readonly string[] }> {
  const { site, issues, files } = await loadSite(file, {
    env: context.env,
    profilesDirs: profileFolders(context),
  });
  report(context, issues);
  if (site === undefined) throw new ConfigError(`${file} was not used`);
  return { site, files };
}

/** Finds a profile by name, or by the path of a .yaml file. */
export async function openProfile(context: CliContext, name: string): Promise<Profile> {
  const { profile, issues } = await loadProfile(name, {
    profilesDirs: profileFolders(context),
  });
  report(context, issues);
  if (profile === undefined) throw new ConfigError(`the profile ${name} was not used`);
  return profile;
}

function report({ stderr }: CliContext, issues: readonly ConfigIssue[]): void {
  if (issues.length > 0) stderr.write(formatIssues(issues, { color: stderr.isTerminal }));
}

/** Folders in which the profiles that come with the program lie. */
export function profileFolders({ packageRoot }: CliContext): readonly string[] {
  return [join(packageRoot, 'profiles')];
}
