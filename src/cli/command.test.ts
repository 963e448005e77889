import { describe, expect, test } from 'vitest';
import { fakeOutput } from '../../test/support/fake-output.ts';
import { ManualClock } from '../base/manual-clock.ts';
import { UsageError } from '../base/errors.ts';
import { runProgram, type CommandInput, type CommandSpec } from './command.ts';
import { StopSignal, type CliContext } from './context.ts';
import { EXIT, exitCodeOf } from './exit-code.ts';
import * as errors from '../base/errors.ts';

function context(): CliContext & {
  out: ReturnType<typeof fakeOutput>;
  err: ReturnType<typeof fakeOutput>;
} {
  const [out, err] = [fakeOutput(), fakeOutput()];
  return {
    ...{ stdout: out, stderr: err, out, err, env: {}, cwd: '/', clock: new ManualClock() },
    ...{ signal: new AbortController().signal, version: '1.2.3', packageRoot: '/' },
    ...{ nodeVersion: '24.0.0', pid: 1 },
  };
}

function recorder(): { spec: CommandSpec; seen: CommandInput[] } {
  const seen: CommandInput[] = [];
  const spec: CommandSpec = {
    name: 'greet',
    summary: 'Say hello',
    args: '<whom> [others...]',
    options: [
      { flags: '-u, --unit <ids>', help: 'unit', habits: { '-a': '--unit', '-0': '--unit=0' } },
      { flags: '-f, --format <form>', help: 'form', choices: ['table', 'json'] },
      { flags: '--loud', help: 'loud' },
    ],
    examples: ['dinrail greet world'],
    async run(_, input) {
      seen.push(input);
      return 8;
    },
  };
  return { spec, seen };
}

describe('a command line', () => {
  test('reaches its command with arguments and options, and its code is the exit code', async () => {
    const { spec, seen } = recorder();
    expect(await runProgram([spec], ['greet', 'a', 'b', '-u', '3', '--loud'], context())).toBe(8);
    expect(seen).toEqual([{ args: ['a', 'b'], options: { unit: '3', loud: true } }]);
  });

  test.each([
    [['-a', '7'], '7'],
    [['-a=7'], '7'],
    [['-0'], '0'],
    [['--unit', '5'], '5'],
  ])('understands old habits: %j', async (words, unit) => {
    const { spec, seen } = recorder();
    await runProgram([spec], ['greet', 'x', ...words], context());
    expect(seen[0]?.options['unit']).toBe(unit);
  });

  test.each([
    ['an unknown command', ['gret'], /Did you mean greet\?/],
    ['an unknown flag', ['greet', 'x', '--lod'], /Did you mean --loud\?/],
    ['a missing argument', ['greet'], /missing required argument 'whom'/],
    ['a wrong choice', ['greet', 'x', '-f', 'xml'], /Allowed choices are table, json/],
  ])('with %s is refused, with what to do', async (_, argv, said) => {
    const { spec, seen } = recorder();
    const world = context();
    expect(await runProgram([spec], argv, world)).toBe(EXIT.usage);
    expect(world.err.text()).toMatch(said);
    expect(seen).toEqual([]);
  });

  test.each([[['--help']], [[]], [['greet', '--help']]])('asking for help: %j', async (argv) => {
    const { spec } = recorder();
    const world = context();
    expect(await runProgram([spec], argv, world)).toBe(EXIT.ok);
    expect(world.out.text()).toContain('Say hello');
  });

  test('asking for the version', async () => {
    const world = context();
    expect(await runProgram([], ['--version'], world)).toBe(EXIT.ok);
    expect(world.out.text()).toBe('dinrail 1.2.3\n');
  });
});

test.each([
  [new UsageError(''), 2],
  [new errors.InvalidRequestError(''), 2],
  [new errors.ConnectError(''), 4],
  [new errors.MissingPackageError(''), 4],
  [new errors.RequestTimeoutError(''), 5],
  [new errors.ConnectionLostError(''), 5],
  [new errors.ModbusExceptionError(2, 3), 6],
  [new errors.FramingError(''), 7],
  [new errors.MalformedPduError(''), 7],
  [new errors.ResponseMismatchError(''), 7],
  [new errors.OverloadError(''), 1],
  [new Error(''), 1],
  [new StopSignal('SIGINT'), 130],
  [new StopSignal('SIGTERM'), 0],
])('%s has its exit code', (error, code) => expect(exitCodeOf(error)).toBe(code));
