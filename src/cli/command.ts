import { Command, CommanderError, Option } from 'commander';
import type { CliContext } from './context.ts';
import { EXIT } from './exit-code.ts';

/** One thing a person can type. A value, so that a test runs it without a process. */
export interface CommandSpec {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** What follows the name, such as `<target> [item...]`. */
  readonly args?: string;
  /** The words that may follow, where there are only a few: for the completion of shells. */
  readonly argChoices?: readonly string[];
  readonly options?: readonly OptionSpec[];
  /** What looks like an option and is none is an argument: for commands whose words are older than us. */
  readonly takesUnknownOptions?: boolean;
  /** Printed under the options: what people type. */
  readonly examples?: readonly string[];
  run(context: CliContext, input: CommandInput): Promise<number>;
}

export interface OptionSpec {
  /** `-u, --unit <ids>`; a flag without `<>` is true when it is there. */
  readonly flags: string;
  readonly help: string;
  /** Other spellings that old habits type, and what they stand for: `{ '-0': '--base=0' }`. */
  readonly habits?: Readonly<Record<string, string>>;
  readonly choices?: readonly string[];
  /** May be given several times. */
  readonly many?: boolean;
}

/** What was typed: every option as text, true, or a list, under its long name. */
export interface CommandInput {
  readonly args: readonly string[];
  readonly options: Readonly<Record<string, string | boolean | readonly string[] | undefined>>;
}

/** The text of an option, or undefined. */
export function textOption({ options }: CommandInput, name: string): string | undefined {
  const value = options[name];
  return typeof value === 'string' ? value : undefined;
}

export function hasOption({ options }: CommandInput, name: string): boolean {
  return options[name] === true;
}

/** Runs the command that `argv` (without node and script) names; resolves with its exit code. */
export async function runProgram(
  commands: readonly CommandSpec[],
  argv: readonly string[],
  context: CliContext,
): Promise<number> {
  let code: number = EXIT.ok;
  const program = new Command('dinrail')
    .description('Connects Modbus and CAN field equipment to the systems people already run.')
    .showSuggestionAfterError()
    .helpCommand('help [command]', 'explain a command')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => context.stdout.write(text),
      writeErr: (text) => context.stderr.write(text),
      getOutHelpWidth: () => context.stdout.columns,
      getErrHelpWidth: () => context.stderr.columns,
    });
  program.version(`dinrail ${context.version}`, '-V, --version', 'print the version');
  for (const spec of commands) {
    program.addCommand(
      build(spec, async (input) => {
        code = await spec.run(context, input);
      }).copyInheritedSettings(program),
    );
  }
  try {
    const args = argv.length === 0 ? ['--help'] : [...argv];
    await program.parseAsync(expandHabits(commands, args), { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Commander has already said what is wrong.
    code = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  }
  return code;
}

function build(spec: CommandSpec, action: (input: CommandInput) => Promise<void>): Command {
  const command = new Command(spec.name).summary(spec.summary).description(spec.summary);
  if (spec.args !== undefined) command.arguments(spec.args);
  if (spec.takesUnknownOptions === true) command.allowUnknownOption();
  for (const { flags, help, choices, many } of spec.options ?? []) {
    const option = new Option(flags, help);
    if (choices !== undefined) option.choices([...choices]);
    if (many === true) option.argParser((value, before) => [...asList(before), value]);
    command.addOption(option);
  }
  if (spec.examples !== undefined) {
    command.addHelpText(
      'after',
      `\nExamples:\n${spec.examples.map((line) => `  ${line}\n`).join('')}`,
    );
  }
  command.action(async (..._: unknown[]) => {
    await action({
      args: command.args,
      options: command.opts<Record<string, string | boolean>>(),
    });
  });
  return command;
}

function asList(value: unknown): readonly string[] {
  return Array.isArray(value) ? (value as string[]) : [];
}

/** Replaces other spellings of a flag by its own, so that help shows one and habits still work. */
function expandHabits(commands: readonly CommandSpec[], argv: readonly string[]): string[] {
  const spec = commands.find(({ name }) => name === argv[0]);
  const meant = new Map<string, string>();
  for (const { habits } of spec?.options ?? []) {
    for (const [typed, own] of Object.entries(habits ?? {})) meant.set(typed, own);
  }
  return argv.map((word) => {
    const [flag = '', ...value] = word.split('=');
    const own = meant.get(flag);
    return own === undefined ? word : [own, ...value].join('=');
  });
}
