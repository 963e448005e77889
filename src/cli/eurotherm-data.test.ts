import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fakeOutput } from '../../test/support/fake-output.ts';
import { ManualClock } from '../base/manual-clock.ts';
import { runProgram } from './command.ts';
import { eurothermDataCommand } from './eurotherm-data.ts';
import { exitCodeOf } from './exit-code.ts';

let server: Server;
let port: number;
/** What the text port answers; undefined: nothing, and it stays open. */
let answer: string | undefined;
let asked: string;
const clock = new ManualClock();

beforeEach(async () => {
  asked = '';
  server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => undefined);
    socket.once('data', (chunk) => {
      asked = String(chunk);
      if (answer !== undefined) socket.end(answer);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ({ port } = server.address() as AddressInfo);
});

afterEach(() => {
  server.close();
});

async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const [stdout, stderr] = [fakeOutput(), fakeOutput()];
  const context = {
    ...{ stdout, stderr, env: {}, cwd: '/', clock, signal: new AbortController().signal },
    ...{ version: '1.2.3', nodeVersion: '24.0.0', pid: 1, packageRoot: '/' },
  };
  const argv = ['eurotherm-data', ...args];
  const code = await runProgram([eurothermDataCommand], argv, context).catch((error: unknown) => {
    stderr.write(String(error));
    return exitCodeOf(error);
  });
  return { code, out: stdout.text(), err: stderr.text() };
}

test.each([
  ['-pv', 'Get:1', '253.0', '253.0\n'],
  ['-pv', 'Get:1', '65511.0', '-25.0\n'],
  ['-sp', 'Get:2', '1000.0', '1000.0\n'],
  ['-wsp', 'Get:5', '998.0', '998.0\n'],
  ['-op', 'Get:4', '423.0', '42.3\n'],
  ['-sprate', 'Get:35', '50.0', '5.0\n'],
])('%s asks %s, hears %s and prints %j', async (flag, request, heard, out) => {
  answer = heard;
  expect(await run(flag, '--port', String(port))).toEqual({ code: 0, out, err: '' });
  // As the script did: no line end.
  expect(asked).toBe(request);
});

test.each([
  ['None', 'the instrument does not answer'],
  ['32767.0', 'the sensor is broken'],
  ['Exception occurred: register 1 has no value: out-of-range', 'out-of-range'],
  ['', 'there was no answer'],
])('the answer %j is an error, and never a number', async (heard, said) => {
  answer = heard;
  const { code, out, err } = await run('-pv', '--port', String(port));
  expect({ code, out }).toEqual({ code: 1, out: '' });
  expect(err).toContain(said);
});

test('what never answers is given up after three seconds', async () => {
  answer = undefined;
  const done = run('-pv', '--port', String(port));
  await expect.poll(() => asked).toBe('Get:1');
  clock.advance(3_000);
  expect(await done).toMatchObject({ code: 5, out: '' });
});

test('a port where nobody listens is an error', async () => {
  server.close();
  await once(server, 'close');
  const { code, out, err } = await run('-pv', '--port', String(port));
  expect({ code, out }).toEqual({ code: 4, out: '' });
  expect(err).toContain(`port ${port} (is the gateway running? --port says where)`);
});

test('an unknown flag is named, as the script did', async () => {
  expect(await run('-foo')).toEqual({ code: 0, out: 'unknown input: -foo\n', err: '' });
  expect(await run('pv')).toEqual({ code: 0, out: 'unknown input: pv\n', err: '' });
});

test('without a flag, or with options that mean nothing, nothing is asked', async () => {
  expect((await run()).code).toBe(2);
  expect((await run('-pv', '--port', '0')).code).toBe(2);
  expect((await run('-pv', '--limit', 'hot')).code).toBe(2);
});
