import { UsageError } from '../base/errors.ts';
import { nearest } from '../base/did-you-mean.ts';
import type { CommandSpec } from './command.ts';
import { completionScript, SHELLS, type Shell } from './completion-scripts.ts';
import { EXIT } from './exit-code.ts';

/** Needs to know all commands, itself among them. */
export function completionCommand(allCommands: () => Promise<readonly CommandSpec[]>): CommandSpec {
  return {
    name: 'completion',
    summary: 'Print a script that completes commands and options in a shell',
    args: '<shell>',
    argChoices: SHELLS,
    options: [],
    examples: [
      'source <(dinrail completion bash)',
      'dinrail completion zsh > "${fpath[1]}/_dinrail"',
      'dinrail completion fish > ~/.config/fish/completions/dinrail.fish',
    ],
    async run({ stdout }, { args: [shell = ''] }) {
      if (!isShell(shell)) {
        const guess = nearest(shell, SHELLS);
        const hint = guess === undefined ? '' : `, did you mean ${guess}?`;
        throw new UsageError(
          `"${shell}" is no shell known here, expected ${SHELLS.join(', ')}${hint}`,
        );
      }
      stdout.write(completionScript(shell, await allCommands()));
      return EXIT.ok;
    },
  };
}

function isShell(text: string): text is Shell {
  return (SHELLS as readonly string[]).includes(text);
}
