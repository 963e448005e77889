import { dirname } from 'node:path';
import { MODULES, sysusersFile, UDEV_RULES, unitFile, type UnitSettings } from './unit-file.ts';

/** One thing that is done to a computer. Paths are those of the computer, whatever root is worked in. */
export type Step =
  | { readonly kind: 'write'; readonly path: string; readonly text: string; readonly mode: number }
  | { readonly kind: 'make'; readonly path: string; readonly mode: number }
  | { readonly kind: 'remove'; readonly path: string }
  | {
      readonly kind: 'run';
      readonly command: readonly string[];
      /** `offline`: also in a root that is not running, which the command gets as `--root=`. */
      readonly when: 'offline' | 'live';
      /** It may fail: the step after it does not need it. */
      readonly isOptional?: boolean;
    };

export const SERVICE = 'dinrail.service';

const UNIT = `/etc/systemd/system/${SERVICE}`;
const SYSUSERS = '/etc/sysusers.d/dinrail.conf';
const UDEV = '/etc/udev/rules.d/60-dinrail-serial.rules';
const MODULES_LOAD = '/etc/modules-load.d/dinrail.conf';

/** The files of the service, by path. */
export function serviceFiles(settings: UnitSettings): ReadonlyMap<string, string> {
  return new Map([
    [SYSUSERS, sysusersFile(settings.user)],
    [MODULES_LOAD, MODULES],
    [UDEV, UDEV_RULES],
    [UNIT, unitFile(settings)],
  ]);
}

/** What it takes to have the service run, in order. Doing it twice changes nothing. */
export function installPlan(settings: UnitSettings): readonly Step[] {
  const { user, config } = settings;
  const folder = dirname(config);
  const files = [...serviceFiles(settings)].map(([path, text]): Step => ({
    kind: 'write',
    path,
    text,
    mode: 0o644,
  }));
  return [
    ...files,
    offline('systemd-sysusers'),
    { kind: 'make', path: folder, mode: 0o750 },
    // Keys and passwords may stand there: it is read by the service and by nobody else.
    live('chgrp', user, folder, config),
    live('chmod', '0640', config),
    ...udev,
    { ...live('systemctl', 'restart', 'systemd-modules-load.service'), isOptional: true },
    live('systemctl', 'daemon-reload'),
    offline('systemctl', 'enable', SERVICE),
    live('systemctl', 'restart', SERVICE),
  ];
}

/** The way back. The site file, what was kept and the user stay. */
export function uninstallPlan(settings: UnitSettings): readonly Step[] {
  const files = [...serviceFiles(settings).keys()].reverse();
  return [
    { ...live('systemctl', 'stop', SERVICE), isOptional: true },
    { ...offline('systemctl', 'disable', SERVICE), isOptional: true },
    ...files.map((path): Step => ({ kind: 'remove', path })),
    live('systemctl', 'daemon-reload'),
    ...udev,
  ];
}

type RunStep = Extract<Step, { kind: 'run' }>;

function live(...command: readonly string[]): RunStep {
  return { kind: 'run', command, when: 'live' };
}

function offline(...command: readonly string[]): RunStep {
  return { kind: 'run', command, when: 'offline' };
}

const udev: readonly Step[] = [
  { ...live('udevadm', 'control', '--reload'), isOptional: true },
  { ...live('udevadm', 'trigger', '--subsystem-match=tty'), isOptional: true },
];
