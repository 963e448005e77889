import { describeError } from '../base/errors.ts';
import type { Evaluated } from '../expression/value.ts';
import { runVector, type ExpectedValue } from '../profile/test-vector.ts';
import type { CommandInput } from './command.ts';
import type { CliContext } from './context.ts';
import { EXIT } from './exit-code.ts';
import { allProfiles, usableProfile, type UsableProfile } from './profile-files.ts';
import { ConfigError } from './load.ts';

/** `dinrail profile test [NAME…]`: holds profiles to their own tests; all of them where none is named. */
export async function testProfiles(context: CliContext, { args }: CommandInput): Promise<number> {
  const names = args.length > 0 ? args : (await allProfiles(context)).map(({ id }) => id);
  let code: number = EXIT.ok;
  for (const name of names) {
    try {
      if (!testOne(context, await usableProfile(context, name))) code = EXIT.differs;
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      // The other profiles are worth a look all the same.
      context.stderr.write(`${describeError(error)}\n`);
      code = EXIT.config;
    }
  }
  return code;
}

/** True when every test holds. */
function testOne(context: CliContext, { profile, withParams }: UsableProfile): boolean {
  const { id, vectors } = profile;
  if (vectors.length === 0) {
    context.stdout.write(`${id}  has no tests\n`);
    return true;
  }
  const failures = vectors.flatMap((vector) => {
    const own = withParams(vector.params).profile;
    if (own === undefined) return [`  ${vector.name}: the profile is wrong with these params`];
    const mismatches = runVector(own, vector);
    if (mismatches.length === 0) return [];
    return [
      `  ${vector.name}`,
      ...mismatches.map(
        ({ point, expected, found }) =>
          `    ${point} is ${foundText(found)}, expected ${expectedText(expected)}`,
      ),
    ];
  });
  const count = `${vectors.length} ${vectors.length === 1 ? 'test' : 'tests'}`;
  const verdict = failures.length === 0 ? 'hold' : 'do not all hold';
  context.stdout.write([`${id}  ${count} ${verdict}`, ...failures, ''].join('\n'));
  return failures.length === 0;
}

function foundText({ value, cause }: Evaluated): string {
  return value === undefined ? `not known (${cause ?? 'no-value'})` : printed(value);
}

function expectedText(expected: ExpectedValue): string {
  return 'bad' in expected ? `none (${expected.bad})` : printed(expected.value);
}

function printed(value: NonNullable<Evaluated['value']>): string {
  return typeof value === 'string' ? `"${value}"` : String(value);
}
