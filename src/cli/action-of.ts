import { nearest } from '../base/did-you-mean.ts';
import { UsageError } from '../base/errors.ts';

/**
 * What the first word of a command such as `dinrail sink status` means. Throws UsageError for a word that it does not
 * have, with the one that was probably meant.
 */
export function actionOf<Action>(
  command: string,
  actions: Readonly<Record<string, Action>>,
  word: string,
): Action {
  const action = Object.hasOwn(actions, word) ? actions[word] : undefined;
  if (action !== undefined) return action;
  const known = Object.keys(actions);
  const meant = nearest(word, known);
  const hint = meant === undefined ? `expected ${known.join(', ')}` : `did you mean ${meant}?`;
  throw new UsageError(`dinrail ${command} has no "${word}", ${hint}`);
}
