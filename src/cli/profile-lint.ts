import { UsageError } from '../base/errors.ts';
import { formatIssues } from '../config/format-issues.ts';
import { hasErrors, sortIssues } from '../config/issue.ts';
import { lintProfile } from '../profile/lint.ts';
import type { CommandInput } from './command.ts';
import type { CliContext } from './context.ts';
import { EXIT } from './exit-code.ts';
import { findProfile } from './profile-files.ts';

/** `dinrail profile lint FILE…`: mistakes, and what is allowed and could be better. */
export async function lintProfiles(context: CliContext, { args }: CommandInput): Promise<number> {
  if (args.length === 0) throw new UsageError('which profile? Names, or paths of .yaml files');
  let code: number = EXIT.ok;
  for (const name of args) {
    const { profile, withParams, place, issues, file = name } = await findProfile(context, name);
    const found =
      profile === undefined || withParams === undefined || place === undefined
        ? issues
        : sortIssues([...issues, ...lintProfile(profile, withParams).map(place)]);
    if (found.length > 0) {
      context.stdout.write(formatIssues(found, { color: context.stdout.isTerminal }));
    } else {
      context.stdout.write(`${file}: nothing to remark\n`);
    }
    if (hasErrors(found)) code = EXIT.config;
  }
  return code;
}
