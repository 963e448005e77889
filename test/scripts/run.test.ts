import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { run, withNodeFirst } from '../../scripts/setup/run.mjs';

describe('the exit code of a child is ours', () => {
  test.for([
    ['of its own', 'process.exit(7)', 7],
    ['of success', '', 0],
    ['of a signal that ended it', 'process.kill(process.pid, "SIGKILL")', 128 + 9],
  ] as const)('%s', async ([, source, code]) => {
    expect(await run(process.execPath, ['-e', source])).toBe(code);
  });

  test('a program that does not start is an error', async () => {
    await expect(run('no-such-program-of-dinrail', [])).rejects.toThrow('ENOENT');
  });
});

describe('a signal', () => {
  test.for(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    '%s to us reaches the child once, in order, and we stay until it has left',
    async (signal) => {
      const wrapper = wrapping(`
        let heard = 0;
        process.on('SIGTERM', () => {
          heard += 1;
          // Still here after more than one more signal would take to come.
          setTimeout(() => { console.log('heard ' + heard); process.exit(5); }, 400);
        });
        setInterval(() => {}, 1000);
        console.log('ready');
      `);
      await wrapper.printed('ready');
      wrapper.child.kill(signal);
      wrapper.child.kill(signal);
      expect(await wrapper.exitCode).toBe(5);
      expect(wrapper.output()).toContain('heard 1');
    },
  );

  test('Ctrl-C in a terminal, which everybody hears, is not taken for two', async () => {
    const wrapper = wrapping(`
      let asked = 0;
      process.on('SIGINT', () => {
        if (++asked > 1) process.exit(130);
        setTimeout(() => process.exit(0), 400);
      });
      process.on('SIGTERM', () => {});
      setInterval(() => {}, 1000);
      console.log('ready');
    `);
    await wrapper.printed('ready');
    // The group of the wrapper: the wrapper and its child, as a terminal does it.
    process.kill(-wrapper.child.pid!, 'SIGINT');
    expect(await wrapper.exitCode).toBe(0);
  });
});

test('when whoever started us has gone, so does the child', async () => {
  const wrapper = wrapping(
    `process.on('SIGTERM', () => { console.log('stopped'); process.exit(0); });
     setInterval(() => {}, 1000);
     console.log('ready');`,
    // As npm does it: a shell in between, which hears the signal alone.
    ['/bin/sh', '-c', '"$@"; true', 'sh'],
  );
  await wrapper.printed('ready');
  wrapper.child.kill('SIGTERM');
  await wrapper.printed('stopped');
});

test('the chosen Node comes first on the PATH, whatever the variable is called', () => {
  expect(withNodeFirst('/node', { PATH: '/bin', HOME: '/h' })).toEqual({
    PATH: '/node:/bin',
    HOME: '/h',
  });
  expect(withNodeFirst('/node', { Path: '/bin' })).toEqual({ Path: '/node:/bin' });
  expect(withNodeFirst('/node', {})).toEqual({ PATH: '/node' });
});

/**
 * A process that runs this source through `run` and leaves with the exit code of it; `through` starts it.
 */
function wrapping(source: string, through: readonly string[] = []) {
  const module = pathToFileURL('scripts/setup/run.mjs').href;
  const wrapper = `
    import { run } from ${JSON.stringify(module)};
    process.exitCode = await run(process.execPath, ['-e', ${JSON.stringify(source)}]);
  `;
  const node = [process.execPath, '--input-type=module', '-e', wrapper];
  const [command = '', ...args] = [...through, ...node];
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  return {
    child,
    output: () => output,
    exitCode: once(child, 'exit').then(([code]) => code as number | null),
    async printed(text: string) {
      while (!output.includes(text)) await once(child.stdout, 'data');
    },
  };
}
