import { nearest } from '../base/did-you-mean.ts';
import type { FlowSetup, PullSetup, RuleSetup } from '../exchange/flow-setup.ts';
import type { PullInput, RuleInput } from './exchange-schema.ts';
import { FlowDevice, type SiteScope } from './flow-device.ts';
import { resolveSteps } from './resolve-steps.ts';
import { hintOf, type Path, type Report } from './report.ts';
import { siteScope } from './resolve-writes.ts';
import { selector } from './selector.ts';
import type { DeviceConfig } from './site-config.ts';
import type { SiteInput } from './site-schema.ts';

/**
 * The rules and pulls of a site, for each of their devices. Where a device has mistakes, nothing is said of
 * them: there would be remarks about nothing.
 */
export function resolveExchange(
  { rules = {}, pulls = {} }: SiteInput,
  { devices, missing }: { devices: readonly DeviceConfig[]; missing: readonly string[] },
  report: Report,
): readonly FlowSetup[] {
  if (missing.length > 0) return [];
  const context = { devices, scope: siteScope(devices), report };
  const flows = [
    ...Object.entries(rules).map(([name, rule]) => resolveRule(name, rule, context)),
    ...Object.entries(pulls).map(([name, pull]) => resolvePull(name, pull, context)),
  ];
  for (const name of Object.keys(pulls)) {
    if (!Object.hasOwn(rules, name)) continue;
    report.error(['pulls', name], `a rule has the name "${name}" already`, { onKey: true });
  }
  return flows;
}

interface Context {
  readonly devices: readonly DeviceConfig[];
  readonly scope: SiteScope;
  readonly report: Report;
}

function resolveRule(name: string, input: RuleInput, context: Context): RuleSetup {
  const { report } = context;
  const path = ['rules', name];
  const delayMs = report.timeMs([...path, 'delay'], input.delay, 0) ?? 0;
  const instances = flowDevices(path, input.devices, context).flatMap((device) => {
    const when = device.condition([...path, 'when'], input.when);
    const until =
      input.until === undefined ? undefined : device.condition([...path, 'until'], input.until);
    const values = device.values([...path, 'values'], input.values ?? {});
    const steps = resolveSteps([...path, 'steps'], input.steps, device, report);
    const { name: on, tags } = device.config;
    if (when === undefined) return [];
    const base = { device: on, tags, when, delayMs, values, steps };
    return [{ ...base, ...(until !== undefined && { until }) }];
  });
  return { kind: 'rule', instances, ...flowBase(path, name, input, report) };
}

function resolvePull(name: string, input: PullInput, context: Context): PullSetup {
  const { report } = context;
  const path = ['pulls', name];
  const { get, record = '', requires = [], headers = {} } = input;
  if (!isHttp(get)) {
    const hint = 'such as http://api.example.com/strings';
    report.error([...path, 'get'], `get is "${get}", expected an address of HTTP`, { hint });
  }
  const instances = flowDevices(path, input.devices, context).map((device) => {
    const { name: on, tags } = device.config;
    return {
      ...{ device: on, tags, record: device.path([...path, 'record'], record) },
      requires: requires.map((text, index) => device.path([...path, 'requires', index], text)),
      steps: resolveSteps([...path, 'steps'], input.steps, device, report),
    };
  });
  return {
    ...{ kind: 'pull', url: get, fetchHeaders: headers, instances },
    everyMs: report.timeMs([...path, 'every'], input.every, 500) ?? 0,
    timeoutMs: report.timeMs([...path, 'timeout'], input.timeout, 100) ?? 0,
    ...flowBase(path, name, input, report),
  };
}

export function isHttp(url: string): boolean {
  return /^https?:\/\//i.test(url);
}

function flowBase(path: Path, name: string, input: RuleInput | PullInput, report: Report) {
  if (input.steps.length === 0) report.error([...path, 'steps'], 'there are no steps');
  return {
    name,
    deadlineMs: report.timeMs([...path, 'deadline'], input.deadline, 1_000) ?? 0,
    headers: input.steps.map(({ headers = {} }) => headers),
  };
}

function flowDevices(
  path: Path,
  patterns: readonly string[] | undefined,
  { devices, scope, report }: Context,
): readonly FlowDevice[] {
  const kind = path[0] === 'rules' ? 'rule' : 'pull';
  const chosen = new Set<DeviceConfig>();
  for (const [index, text] of (patterns ?? ['*']).entries()) {
    const matches = selector(text);
    const found = devices.filter(({ name, tags }) => matches({ device: name, point: '', tags }));
    for (const device of found) chosen.add(device);
    if (found.length > 0) continue;
    const known = devices.map(({ name }) => name);
    const place = [...path, 'devices', ...(patterns === undefined ? [] : [index])];
    report.error(place, `no device matches "${text}"`, hintOf(nearest(text, known), known));
  }
  return [...chosen].map((config) => new FlowDevice(config, kind, scope, report));
}
