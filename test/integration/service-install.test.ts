import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { describeError } from '../../src/base/errors.ts';
import { systemClock } from '../../src/base/system-clock.ts';
import { runProgram } from '../../src/cli/command.ts';
import { exitCodeOf } from '../../src/cli/exit-code.ts';
import { serviceCommand } from '../../src/cli/service.ts';
import { unitFile } from '../../src/service/unit-file.ts';
import { fakeOutput } from '../support/fake-output.ts';
import { missing } from '../support/peers.ts';

const MAIN = join(import.meta.dirname, '../../src/cli/main.ts');
const WITHOUT_SYSTEMD = missing('systemd-notify');

const SITE = `version: 1
data: '\${STATE_DIRECTORY:-dinrail-data}'
devices: { d: { at: tcp://127.0.0.1, points: { v: hr:0 u16 } } }
`;

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'dinrail-root-'));
  mkdirSync(join(root, 'etc/dinrail'), { recursive: true });
  writeFileSync(join(root, 'etc/dinrail/gateway.yaml'), SITE);
});
afterEach(() => rmSync(root, { recursive: true }));

/** In this process: a dozen starts of Node would take longer than all else. */
async function service(
  ...args: readonly string[]
): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
  const [stdout, stderr] = [fakeOutput(), fakeOutput()];
  const context = {
    ...{ stdout, stderr, env: {}, cwd: root, clock: systemClock, pid: 1, packageRoot: '/usr' },
    ...{ signal: new AbortController().signal, version: '1.2.3', nodeVersion: '24.0.0' },
  };
  const argv = ['service', ...args, '--root', root];
  const code = await runProgram([serviceCommand], argv, context).catch((error: unknown) => {
    stderr.write(describeError(error));
    return exitCodeOf(error);
  });
  return { code, stdout: stdout.text(), stderr: stderr.text() };
}
const text = (path: string): string => readFileSync(join(root, path), 'utf8');

describe.skipIf(WITHOUT_SYSTEMD)('in a folder that stands for the root', () => {
  test('a dry run says every step and does none', async () => {
    const { code, stdout } = await service('install', '--dry-run');
    expect(code).toBe(0);
    expect(stdout.split('\n').slice(0, 6)).toEqual([
      'write     /etc/sysusers.d/dinrail.conf',
      'write     /etc/modules-load.d/dinrail.conf',
      'write     /etc/udev/rules.d/60-dinrail-serial.rules',
      'write     /etc/systemd/system/dinrail.service',
      'run       systemd-sysusers',
      'keep      /etc/dinrail  (0750)',
    ]);
    expect(stdout).toContain('leave out systemctl daemon-reload\n');
    expect(existsSync(join(root, 'etc/systemd'))).toBe(false);
  });

  test(
    'it is installed by the real tools, once and again, and uninstalled',
    { timeout: 20_000 },
    async () => {
      expect(await service('install', '--yes')).toMatchObject({ code: 0, stderr: '' });
      expect(text('etc/systemd/system/dinrail.service')).toContain('\nUser=dinrail\n');
      expect(text('etc/passwd')).toMatch(/^dinrail:.*:\/var\/lib\/dinrail:/m);
      expect(text('etc/group')).toMatch(/^dialout:.*dinrail$/m);
      const link = join(root, 'etc/systemd/system/multi-user.target.wants/dinrail.service');
      expect(readlinkSync(link)).toBe('/etc/systemd/system/dinrail.service');
      expect(statSync(join(root, 'etc/udev/rules.d/60-dinrail-serial.rules')).mode & 0o777).toBe(
        0o644,
      );
      expect(await service('status')).toMatchObject({ code: 0 });

      const again = await service('install', '--yes');
      expect(again.code).toBe(0);
      expect(again.stdout).toContain('keep      /etc/systemd/system/dinrail.service\n');

      writeFileSync(join(root, 'etc/systemd/system/dinrail.service'), '[Unit]\n');
      const changed = await service('status');
      expect(changed.code).toBe(1);
      expect(changed.stdout).toContain('differs   /etc/systemd/system/dinrail.service\n');

      expect((await service('uninstall', '--yes')).code).toBe(0);
      expect(existsSync(join(root, 'etc/systemd/system/dinrail.service'))).toBe(false);
      expect(() => readlinkSync(link)).toThrow('ENOENT');
      expect(text('etc/dinrail/gateway.yaml')).toBe(SITE);
      expect((await service('uninstall', '--yes')).code).toBe(0);
    },
  );

  test('systemd finds nothing wrong with the unit', () => {
    const unit = join(root, 'dinrail.service');
    const program = `${process.execPath} ${MAIN}`;
    writeFileSync(unit, unitFile({ user: 'root', config: '/etc/hostname', program }));
    const { status, stderr } = spawnSync('systemd-analyze', ['verify', unit], { encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const { stdout } = spawnSync('systemd-analyze', ['security', '--offline=true', unit], {
      encoding: 'utf8',
    });
    expect(Number(/exposure level .*: ([\d.]+)/.exec(stdout)?.[1])).toBeLessThan(3);
  });
});

test.each([
  [['install', '--user', 'Root User'], '"Root User" is no name of a user'],
  [['install', '--config', '/home/pi/gateway.yaml'], 'a service sees nothing below /home'],
  [['install', '--config', '/etc/a b.yaml'], 'a unit needs an absolute path'],
  [['install', '--config', '/etc/dinrail/other.yaml', '-y'], 'there is no /etc/dinrail/other.yaml'],
  [['install'], 'nobody is there to ask'],
  [['instal'], 'did you mean install?'],
])('%j is refused', async (args, said) => {
  const { code, stderr } = await service(...args);
  expect(code).toBe(2);
  expect(stderr).toContain(said);
});

test('a site that keeps its data elsewhere would fail as a service, and is refused', async () => {
  writeFileSync(join(root, 'etc/dinrail/gateway.yaml'), SITE.replace(/^data.*$/m, 'history: {}'));
  const { code, stderr } = await service('install', '--yes');
  expect(code).toBe(2);
  expect(stderr).toContain('the service may write in /var/lib/dinrail alone');
});

test('who is not root is told how to become it', () => {
  const args = [MAIN, 'service', 'install', '--config', '/etc/hostname', '--yes'];
  const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', ...nobody });
  expect(stderr).toContain('this needs root: sudo dinrail service install');
  expect(status).toBe(9);
});
