import type { CommandSpec } from './command.ts';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** An option as the shells need it. */
interface Flag {
  /** `-u` and `--unit`. */
  readonly names: readonly string[];
  readonly help: string;
  /** Words that may follow; empty for a free text; undefined when nothing follows. */
  readonly values: readonly string[] | undefined;
}

/** A script that teaches the shell what can be typed, made from the commands themselves. */
export function completionScript(shell: Shell, commands: readonly CommandSpec[]): string {
  return `${SCRIPTS[shell](commands).join('\n')}\n`;
}

const SCRIPTS: Readonly<Record<Shell, (commands: readonly CommandSpec[]) => readonly string[]>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
};

function flagsOf({ options = [] }: CommandSpec): readonly Flag[] {
  const help: Flag = {
    names: ['-h', '--help'],
    help: 'display help for command',
    values: undefined,
  };
  return [
    ...options.map(({ flags, help: text, choices = [] }) => ({
      names: flags.match(/(?<![\w-])--?[\w-]+/g) ?? [],
      help: text,
      values: flags.includes('<') ? choices : undefined,
    })),
    help,
  ];
}

/** What may stand where no option does, when it is one of a few words. */
function wordsOf({ argChoices = [] }: CommandSpec): readonly string[] {
  return argChoices;
}

function bashScript(commands: readonly CommandSpec[]): readonly string[] {
  const names = commands.map(({ name }) => name).join(' ');
  return [
    '# bash completion of dinrail:  source <(dinrail completion bash)',
    '_dinrail() {',
    '  local cur="${COMP_WORDS[COMP_CWORD]}" prev="${COMP_WORDS[COMP_CWORD-1]}" cmd="${COMP_WORDS[1]}"',
    '  COMPREPLY=()',
    '  if [[ $COMP_CWORD -eq 1 ]]; then',
    `    COMPREPLY=($(compgen -W '${names} help --version --help' -- "$cur"))`,
    '    return',
    '  fi',
    '  case "$cmd" in',
    '    help)',
    `      COMPREPLY=($(compgen -W '${names}' -- "$cur")) ;;`,
    ...commands.flatMap(bashCase),
    '  esac',
    '}',
    // Where nothing of ours fits, names of files are a fair guess: sites, profiles, serial ports.
    'complete -o default -F _dinrail dinrail',
  ];
}

function bashCase(command: CommandSpec): readonly string[] {
  const flags = flagsOf(command);
  const valued = flags.filter(({ values }) => values !== undefined);
  const words = wordsOf(command).join(' ');
  return [
    `    ${command.name})`,
    '      case "$prev" in',
    ...valued.map(
      ({ names, values = [] }) =>
        `        ${names.join('|')}) ${values.length === 0 ? '' : `COMPREPLY=($(compgen -W '${values.join(' ')}' -- "$cur")); `}return ;;`,
    ),
    '      esac',
    `      if [[ $cur == -* ]]; then COMPREPLY=($(compgen -W '${flags.flatMap(({ names }) => names).join(' ')}' -- "$cur"))`,
    `      else COMPREPLY=($(compgen -W '${words}' -- "$cur")); fi ;;`,
  ];
}

function zshScript(commands: readonly CommandSpec[]): readonly string[] {
  return [
    '#compdef dinrail',
    '# zsh completion of dinrail:  dinrail completion zsh > "${fpath[1]}/_dinrail"',
    '_dinrail() {',
    '  if (( CURRENT == 2 )); then',
    '    local -a commands=(',
    ...commands.map(({ name, summary }) => `      ${quoted(`${name}:${summary}`)}`),
    '    )',
    "    _describe 'command' commands",
    '    return',
    '  fi',
    '  case "$words[2]" in',
    ...commands.flatMap((command) => [
      `    ${command.name})`,
      '      _arguments -s \\',
      ...flagsOf(command).flatMap(({ names, help, values }) =>
        names.map(
          (name) =>
            `        ${quoted(`${zshNames(name)}[${zshText(help)}]${zshValues(values)}`)} \\`,
        ),
      ),
      `        ${quoted(wordsOf(command).length > 0 ? `*:word:(${wordsOf(command).join(' ')})` : '*:file:_files')} ;;`,
    ]),
    '  esac',
    '}',
    'compdef _dinrail dinrail',
  ];
}

const zshNames = (name: string): string => `*${name}`;
const zshText = (help: string): string => help.replaceAll(/[[\]\\]/g, '\\$&');

function zshValues(values: readonly string[] | undefined): string {
  if (values === undefined) return '';
  return values.length === 0 ? ':value:_files' : `:value:(${values.join(' ')})`;
}

function fishScript(commands: readonly CommandSpec[]): readonly string[] {
  return [
    '# fish completion of dinrail:  dinrail completion fish > ~/.config/fish/completions/dinrail.fish',
    ...commands.map(
      ({ name, summary }) =>
        `complete -c dinrail -n __fish_use_subcommand -f -a ${name} -d ${fishQuoted(summary)}`,
    ),
    ...commands.flatMap((command) => {
      const when = `complete -c dinrail -n '__fish_seen_subcommand_from ${command.name}'`;
      const words = wordsOf(command);
      return [
        ...(words.length === 0 ? [] : [`${when} -f -a '${words.join(' ')}'`]),
        ...flagsOf(command).map((flag) => `${when} ${fishFlag(flag)}`),
      ];
    }),
  ];
}

function fishFlag({ names, help, values }: Flag): string {
  const written = names.map((name) =>
    name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`,
  );
  const follows = values === undefined ? [] : values.length === 0 ? ['-r'] : ['-x', `-a '${values.join(' ')}'`]; // prettier-ignore
  return [...written, ...follows, '-d', fishQuoted(help)].join(' ');
}

/** In single quotes of zsh: nothing is expanded, and a quote closes, stands for itself and opens again. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** In single quotes of fish, where a backslash escapes. */
function fishQuoted(text: string): string {
  return `'${text.replaceAll(/['\\]/g, String.raw`\$&`)}'`;
}
