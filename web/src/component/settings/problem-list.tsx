import type { ConfigProblemJson } from '../../../../src/api/contract.ts';
import { Mark } from '../mark.tsx';
import { ownProblems, problems } from '../../model/settings/ask.ts';
import { draft, jumpTo } from '../../model/settings/draft.ts';
import { showField } from '../../model/settings/place.ts';
import { t } from '../../text/language.ts';

/** What is wrong with the text, each with its line and what to do; a click leads there. */
export function ProblemList() {
  if (problems.value.length === 0) return null;
  return (
    <ul class="problems" aria-label={t('settings.problems')}>
      {problems.value.map((problem, at) => (
        <li key={at}>
          <Mark priority={problem.severity === 'error' ? 2 : 4} />
          <Problem problem={problem} />
        </li>
      ))}
    </ul>
  );
}

/** Its words alone, as `check` says them. */
export function ProblemWords({ problem }: { readonly problem: ConfigProblemJson }) {
  return (
    <>
      {problem.message}
      {problem.hint !== undefined && <span class="hint">{problem.hint}</span>}
    </>
  );
}

function Problem({ problem }: { readonly problem: ConfigProblemJson }) {
  const { file, line, column } = problem;
  const isHere = file === draft.value?.file.name;
  return (
    <p class="trouble">
      {line !== undefined && isHere && (
        <button
          type="button"
          class="link"
          onClick={() => {
            showField(ownProblems.peek().find((one) => one.line === line)?.path ?? []);
            jumpTo(line, column);
          }}
        >
          {t('settings.atLine', { line })}
        </button>
      )}
      {!isHere && <span>{t('settings.inFile', { file, line: line ?? '' })}</span>}{' '}
      <ProblemWords problem={problem} />
    </p>
  );
}
