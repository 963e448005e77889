import { expect, test } from 'vitest';
import { fakeOutput } from '../../test/support/fake-output.ts';
import { ManualClock } from '../base/manual-clock.ts';
import { bmsCommand } from './bms.ts';
import { runProgram } from './command.ts';
import type { CliContext } from './context.ts';
import { EXIT, exitCodeOf } from './exit-code.ts';

test.each([
  ['127.0.0.1:1502', '-a 127.0.0.1 -p 1502'],
  ['battery.lab:502', '-a battery.lab -p 502'],
  ['[::1]:1502', '-a [::1] -p 1502'],
])('the address %s is refused, with the options to use', async (address, hint) => {
  const [stdout, stderr] = [fakeOutput(), fakeOutput()];
  const context: CliContext = {
    ...{ stdout, stderr, env: {}, cwd: '/', clock: new ManualClock() },
    ...{ signal: new AbortController().signal, version: '1.2.3', packageRoot: '/' },
    ...{ nodeVersion: '24.0.0', pid: 1 },
  };
  const refusal: unknown = await runProgram([bmsCommand], ['bms', '-a', address], context).catch(
    (error: unknown) => error,
  );
  expect(String(refusal)).toContain(hint);
  expect(exitCodeOf(refusal)).toBe(EXIT.usage);
});
