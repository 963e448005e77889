import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { installPlan, serviceFiles, uninstallPlan, type Step } from './install-plan.ts';
import { UNIT_DEFAULTS, unitFile } from './unit-file.ts';

const commands = (steps: readonly Step[]): readonly string[] =>
  steps.flatMap((step) => (step.kind === 'run' ? [step.command.join(' ')] : []));

test('the unit in deploy/ is the one that is installed', () => {
  const path = join(import.meta.dirname, '../../deploy/dinrail.service');
  expect(readFileSync(path, 'utf8')).toBe(unitFile(UNIT_DEFAULTS));
});

test('the unit runs what it is told, as whom it is told', () => {
  const text = unitFile({
    user: 'furnace',
    config: '/etc/f/site.yaml',
    program: '/opt/node /opt/d.js',
  });
  expect(text).toContain('\nExecStart=/opt/node /opt/d.js run /etc/f/site.yaml\n');
  expect(text).toContain('\nUser=furnace\nGroup=furnace\n');
});

test.each([
  'Type=notify',
  'NotifyAccess=all',
  'Restart=on-failure',
  'StartLimitIntervalSec=0',
  'WatchdogSec=30',
  'ProtectSystem=strict',
  'AmbientCapabilities=CAP_NET_BIND_SERVICE',
  'SupplementaryGroups=dialout',
  'StateDirectory=dinrail',
])('the unit says %s', (line) => {
  expect(unitFile(UNIT_DEFAULTS).split('\n')).toContain(line);
});

test.each(['MemoryDenyWriteExecute', 'PrivateDevices', 'network-online.target'])(
  'the unit says nothing of %s',
  (word) => {
    expect(unitFile(UNIT_DEFAULTS)).not.toContain(word);
  },
);

test('the user is there before anything is given to it, and the service starts last', () => {
  expect(commands(installPlan(UNIT_DEFAULTS))).toEqual([
    'systemd-sysusers',
    'chgrp dinrail /etc/dinrail /etc/dinrail/gateway.yaml',
    'chmod 0640 /etc/dinrail/gateway.yaml',
    'udevadm control --reload',
    'udevadm trigger --subsystem-match=tty',
    'systemctl restart systemd-modules-load.service',
    'systemctl daemon-reload',
    'systemctl enable dinrail.service',
    'systemctl restart dinrail.service',
  ]);
});

test('what was installed is taken away, and nothing else', () => {
  const removed = uninstallPlan(UNIT_DEFAULTS).flatMap((step) =>
    step.kind === 'remove' ? [step.path] : [],
  );
  expect(removed.sort()).toEqual([...serviceFiles(UNIT_DEFAULTS).keys()].sort());
});
