import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { missing } from '../../test/support/peers.ts';
import type { CommandSpec } from './command.ts';
import { completionScript } from './completion-scripts.ts';

const run = async (): Promise<number> => 0;

const COMMANDS: readonly CommandSpec[] = [
  {
    name: 'read',
    summary: "Read a device's registers",
    options: [
      { flags: '-u, --unit <ids>', help: 'unit [1]' },
      { flags: '-f, --format <form>', help: 'form', choices: ['table', 'json', 'jsonl'] },
      { flags: '--utc', help: 'times in UTC' },
    ],
    run,
  },
  { name: 'run', summary: 'Run a site', run },
  { name: 'completion', summary: 'Complete', argChoices: ['bash', 'zsh', 'fish'], run },
];

const has = (shell: string): boolean => spawnSync(shell, ['-c', 'true']).status === 0;

/** What bash offers behind these words, the last of which is being typed. */
function completed(...words: readonly string[]): readonly string[] {
  const quoted = ['dinrail', ...words].map((word) => `'${word}'`).join(' ');
  const script = [
    completionScript('bash', COMMANDS),
    `COMP_WORDS=(${quoted}); COMP_CWORD=${words.length}`,
    '_dinrail; printf "%s\\n" "${COMPREPLY[@]}"',
  ].join('\n');
  const { stdout, stderr } = spawnSync('bash', ['--norc', '-c', script], { encoding: 'utf8' });
  expect(stderr).toBe('');
  return stdout.split('\n').filter((line) => line !== '');
}

describe.skipIf(!has('bash'))('bash completes', () => {
  test.each([
    ['a command', ['r'], ['read', 'run']],
    ['every command', [''], ['read', 'run', 'completion', 'help', '--version', '--help']],
    ['a command to be helped with', ['help', 're'], ['read']],
    ['long options', ['read', 'host', '--u'], ['--unit', '--utc']],
    [
      'short options too',
      ['read', '-'],
      ['-u', '--unit', '-f', '--format', '--utc', '-h', '--help'],
    ],
    ['the words of an option', ['read', '--format', 'js'], ['json', 'jsonl']],
    ['the words of its short form', ['read', 'host', '-f', 't'], ['table']],
    ['nothing where any text may follow', ['read', '-u', ''], []],
    ['the words of an argument', ['completion', 'z'], ['zsh']],
    ['nothing behind an unknown command', ['flurb', '-'], []],
  ])('%s', (_, words, expected) => {
    expect(completed(...words)).toEqual(expected);
  });
});

describe('the scripts of other shells', () => {
  test('quote what a help text holds', () => {
    expect(completionScript('zsh', COMMANDS)).toContain(
      String.raw`'read:Read a device'\''s registers'`,
    );
    expect(completionScript('zsh', COMMANDS)).toContain(
      String.raw`'*--unit[unit \[1\]]:value:_files'`,
    );
    expect(completionScript('fish', COMMANDS)).toContain(
      String.raw`-a read -d 'Read a device\'s registers'`,
    );
    expect(completionScript('fish', COMMANDS)).toContain("-s f -l format -x -a 'table json jsonl'");
  });

  test.skipIf(missing('zsh'))('are zsh', () => expect(syntaxOf('zsh')).toBe(0));

  test.skipIf(missing('fish'))('are fish', () => expect(syntaxOf('fish')).toBe(0));
});

/** What a shell says of the script when it only reads it. From a file: fish reads no socket. */
function syntaxOf(shell: 'zsh' | 'fish'): number | null {
  const folder = mkdtempSync(join(tmpdir(), 'dinrail-completion-'));
  try {
    const file = join(folder, 'script');
    writeFileSync(file, completionScript(shell, COMMANDS));
    return spawnSync(shell, ['-n', file]).status;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
