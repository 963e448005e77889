import { expect, test } from 'vitest';
import { fakeOutput } from '../../test/support/fake-output.ts';
import { describeError } from '../base/errors.ts';
import { canCommand } from './can.ts';
import { runProgram } from './command.ts';
import type { CliContext } from './context.ts';
import { EXIT, exitCodeOf } from './exit-code.ts';

test.each([
  ['foo://x', '"foo://x" is no CAN bus: can://can0?bitrate=250000, '],
  ['no/such.log', 'there is no /here/no/such.log, and no bus has this name: can://can0'],
  ['/', 'cannot read /: EISDIR'],
])('can dump %s says what is possible', async (source, sentence) => {
  const [stdout, stderr] = [fakeOutput(), fakeOutput()];
  const context = {
    ...{ stdout, stderr, env: {}, cwd: '/here', version: '1.2.3' },
    signal: new AbortController().signal,
  } as unknown as CliContext;
  const error = await runProgram([canCommand], ['can', 'dump', source], context).catch(
    (thrown: unknown) => thrown,
  );
  expect(exitCodeOf(error)).toBe(EXIT.usage);
  expect(describeError(error)).toContain(sentence);
  expect(describeError(error)).not.toContain('ENOENT');
});
