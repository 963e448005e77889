import type { ConfigProblemJson } from '../api/contract.ts';
import type { ConfigIssue } from '../config/issue.ts';
import { pathFinder } from '../config/path-at.ts';

/**
 * What was found, with where it leads in the text that was checked. `nameOf` says what a file is called
 * here; `text` is that of the file `name`.
 */
export function problemsOf(
  issues: readonly ConfigIssue[],
  {
    name,
    text,
    nameOf,
  }: {
    readonly name: string;
    readonly text: string;
    readonly nameOf: (file: string) => string;
  },
): readonly ConfigProblemJson[] {
  const find = issues.length === 0 ? undefined : pathFinder(text);
  return issues.map(({ file, line, column, length, severity, message, hint }) => {
    const called = nameOf(file);
    const path =
      called === name && line !== undefined && column !== undefined
        ? find?.(line, column)
        : undefined;
    return {
      ...{ severity, message, file: called },
      ...(line !== undefined && { line, length }),
      ...(column !== undefined && { column }),
      ...(path !== undefined && { path }),
      ...(hint !== undefined && { hint }),
    };
  });
}
