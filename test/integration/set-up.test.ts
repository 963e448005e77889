import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { systemClock } from '../../src/base/system-clock.ts';
import type { CliContext } from '../../src/cli/context.ts';
import { initCommand } from '../../src/cli/init.ts';
import { dinrail, folder, gateway, meter, responder, state } from '../support/discover.ts';
import { fakeOutput } from '../support/fake-output.ts';

describe('init', () => {
  const file = join(folder, 'plant.yaml');

  test('reads each device before it writes a file that the check accepts', async () => {
    const { port } = await gateway(meter());
    const { code, stderr } = await dinrail(
      ...[
        'init',
        '--device',
        `meter=127.0.0.1:${port},schneider/pm8000`,
        '--sink',
        'jsonl=a.jsonl',
      ],
      ...['--name', 'plant', '-o', file, '--yes'],
    );
    expect(stderr).toMatch(/^meter {2}current_phase_a .*and \d+ more\n/);
    expect(code).toBe(0);
    const checked = await dinrail('check', file);
    expect(checked.stdout).toMatch(/is good: 1 device, \d+ points, 1 line, 1 sink/);
    expect(readFileSync(file, 'utf8').split('\n').length).toBeLessThan(18);
  });

  test('never replaces a file unless it is told to', async () => {
    const before = readFileSync(file, 'utf8');
    const words = ['init', '--device', 'x=127.0.0.1:1,schneider/pm8000', '-o', file, '--no-test'];
    const refused = await dinrail(...words, '--yes');
    expect(refused.stderr).toMatch(/is there already: --force replaces it/);
    expect([refused.code, readFileSync(file, 'utf8')]).toEqual([2, before]);
    expect((await dinrail(...words, '--force')).code).toBe(0);
    expect(readFileSync(file, 'utf8')).not.toBe(before);
  });

  test('takes what the last scan has found', async () => {
    const { port } = await gateway(new Map([[7, meter()]]));
    await dinrail('scan', `127.0.0.1:${port}`, '--units', '5-8');
    const scanned = join(folder, 'scanned.yaml');
    const { code } = await dinrail('init', '--from-scan', 'last', '-o', scanned);
    expect(readFileSync(scanned, 'utf8')).toMatch(
      new RegExp(
        `pm8000:\\n +at: tcp://127\\.0\\.0\\.1:${port}\\n +unit: 7\\n +profile: schneider/pm8000`,
      ),
    );
    expect(code).toBe(0);
  });

  test.each([
    ['no devices and nobody to ask', [], 2, /which devices\?/],
    ['a profile that is not there', ['--device', 'm=127.0.0.1:1,schneider/pm9999'], 3, /pm8000/],
    ['two devices of one name', ['--device', 'm=h', '--device', 'm=i'], 2, /two devices/],
  ])('with %s writes nothing', async (_, words, expected, said) => {
    const other = join(folder, 'none.yaml');
    const { code, stderr } = await dinrail('init', ...words, '-o', other, '--no-test');
    expect(stderr).toMatch(said);
    expect([code, existsSync(other)]).toEqual([expected, false]);
  });
});

describe('the questions of init', () => {
  /** A person who gives these answers, and what was said and asked. */
  function person(...answers: readonly string[]): { context: CliContext; said: () => string } {
    const stderr = fakeOutput();
    const waiting = [...answers];
    const context: CliContext = {
      ...{ stdout: fakeOutput(), stderr, env: { XDG_STATE_HOME: state }, cwd: folder, pid: 0 },
      ...{ clock: systemClock, signal: new AbortController().signal, version: '', nodeVersion: '' },
      packageRoot: join(import.meta.dirname, '../..'),
      async ask(question) {
        stderr.write(`${question}\n`);
        const answer = waiting.shift();
        if (answer === undefined) throw new Error(`asked once too often: ${question}`);
        return answer;
      },
    };
    return { context, said: () => stderr.text() };
  }

  const ask = async (context: CliContext, file: string): Promise<number> =>
    initCommand.run(context, { args: [], options: { output: file } });

  test('are five, and each has a default that fits the device', async () => {
    const { port } = await gateway(meter());
    const { context, said } = person(`127.0.0.1:${port}`, '', '', '', '');
    expect(await ask(context, 'asked.yaml')).toBe(0);
    expect(said()).toMatch(
      /it looks like schneider\/pm8000 \(likely\)[^]*\[pm8000\][^]*pm8000 {2}current_/,
    );
    expect(readFileSync(join(folder, 'asked.yaml'), 'utf8')).toMatch(
      /pm8000:\n +at: tcp:[^]*profile: schneider\/pm8000\nsinks:.*\n {2}screen: \{ type: console/,
    );
  });

  test('take a unit, another profile, another name, and no for an answer', async () => {
    const { port } = await gateway(meter());
    const answers = [`127.0.0.1:${port}#7`, 'eurotherm/3216', 'Oven 1', 'none'];
    const refused = person(...answers, 'n');
    expect(await ask(refused.context, 'oven.yaml')).toBe(9);
    expect(existsSync(join(folder, 'oven.yaml'))).toBe(false);
    expect(await ask(person(...answers, 'y').context, 'oven.yaml')).toBe(0);
    const text = readFileSync(join(folder, 'oven.yaml'), 'utf8');
    expect(text).toMatch(/oven_1:\n +at: .*\n +unit: 7\n +profile: eurotherm\/3216\n$/);
    expect(await ask(person('').context, 'oven.yaml')).toBe(9);
    expect(readFileSync(join(folder, 'oven.yaml'), 'utf8')).toBe(text);
  });

  test('go on where the device is off today, but saving is then not the default', async () => {
    const off = person('127.0.0.1:1', 'schneider/pm8000', '', '', '');
    expect(await ask(off.context, 'off.yaml')).toBe(9);
    expect(off.said()).toMatch(/nothing listens there[^]*no answer from pm8000[^]*\[y\/N\]/);
  });
});

describe('doctor', () => {
  function site(name: string, device: string, web: number): string {
    const file = join(folder, `${name}.yaml`);
    const lines = ['version: 1', `web: { listen: "127.0.0.1:${web}" }`, 'devices:'];
    writeFileSync(
      file,
      [...lines, `  m: { at: "${device}", points: { x: "hr:0" } }`, ''].join('\n'),
    );
    return file;
  }

  test('finds nothing wrong where all is well', async () => {
    const { port } = await gateway(meter());
    const { code, stdout } = await dinrail('doctor', site('well', `tcp://127.0.0.1:${port}`, 0));
    expect(stdout).toMatch(/^config +✓ /);
    expect(stdout).toMatch(/network +✓ 127\.0\.0\.1:\d+ m \(unit 1\) answers in [\d.]+ ms/);
    expect(stdout).toMatch(/\d+ checks, 0 failed, \d warnings?\n$/);
    expect(code).toBe(0);
  });

  test('names what refuses and who holds a port', async () => {
    // A listener of another process than the doctor's: this one.
    const port = await responder(() => undefined);
    const { code, stdout } = await dinrail('doctor', site('ill', 'tcp://127.0.0.1:1', port));
    expect(stdout).toMatch(/network +✗ 127\.0\.0\.1:1 refused/);
    expect(stdout).toMatch(new RegExp(`port +✗ ${port} \\(web\\) is used by pid ${process.pid} `));
    expect(code).toBe(1);
  });

  test('looks at the computer even where the file has mistakes', async () => {
    const file = join(folder, 'wrong.yaml');
    writeFileSync(file, 'version: 1\ndevices: { m: { slave_id: 3 } }\n');
    const { code, stdout } = await dinrail('doctor', file);
    expect(stdout).toMatch(/✗ .*mistake[^]*dinrail check[^]*node +✓ Node/);
    expect(code).toBe(1);
  });
});

test('completion is a script that bash takes', async () => {
  const { stdout, code } = await dinrail('completion', 'bash');
  expect(stdout).toMatch(/'demo .* scan .* completion .*'/);
  expect(stdout).toMatch(/--from-scan/);
  expect(code).toBe(0);
  expect((await dinrail('completion', 'basch')).stderr).toMatch(/did you mean bash\?/);
});
