import type {
  CallSetup,
  EventSetup,
  StepSetup,
  WriteSetup,
  WriteSource,
} from '../exchange/flow-setup.ts';
import type { Requirement } from '../exchange/step-plan.ts';
import type { StepInput, WriteItemInput } from './exchange-schema.ts';
import type { FlowDevice } from './flow-device.ts';
import type { Path, Report } from './report.ts';

const VERBS = ['post', 'put', 'patch', 'delete'] as const;
const KINDS = [...VERBS, 'write', 'event'] as const;
/** Which keys belong to which kind of step. */
const BELONG: Readonly<Record<string, readonly string[]>> = {
  json: VERBS,
  headers: VERBS,
  timeout: VERBS,
  repeat: ['write'],
  data: ['event'],
};
const TIMEOUT_MS = 10_000;

interface Step {
  readonly path: Path;
  readonly input: StepInput;
  readonly device: FlowDevice;
  readonly report: Report;
  readonly base: { readonly requires: Requirement; readonly group: number };
}

/** The steps of a rule or pull for one device, with everything checked that can be now. */
export function resolveSteps(
  path: Path,
  inputs: readonly StepInput[],
  device: FlowDevice,
  report: Report,
): readonly StepSetup[] {
  return inputs.flatMap((input, group) => {
    const requires = input.after === 'done' ? ('all' as const) : ('none' as const);
    const step = { path: [...path, group], input, device, report, base: { requires, group } };
    return resolveStep(step);
  });
}

function resolveStep(step: Step): readonly StepSetup[] {
  const { path, input, report } = step;
  const kinds = KINDS.filter((kind) => input[kind] !== undefined);
  const [kind] = kinds;
  if (kind === undefined || kinds.length > 1) {
    const found = kind === undefined ? 'a step does nothing' : `a step has ${kinds.join(' and ')}`;
    report.error(path, `${found}, expected one of ${KINDS.join(', ')}`);
    return [];
  }
  for (const [key, owners] of Object.entries(BELONG)) {
    if (input[key as keyof StepInput] === undefined || owners.includes(kind)) continue;
    report.error([...path, key], `"${key}" has no meaning beside "${kind}"`, { onKey: true });
  }
  if (kind === 'write') return writes(step, input.write ?? []);
  if (kind === 'event') return event(step, input.event ?? '');
  return call(step, kind, input[kind] ?? '');
}

function call(
  { path, input, device, report, base }: Step,
  verb: (typeof VERBS)[number],
  address: string,
): readonly CallSetup[] {
  const url = device.template([...path, verb], address);
  if (!/^https?:\/\//i.test(address)) {
    const hint = 'such as http://api.example.com/finish';
    report.error([...path, verb], `${verb} is "${address}", expected an address of HTTP`, { hint });
  }
  const timeoutMs = report.timeMs([...path, 'timeout'], input.timeout, 100) ?? TIMEOUT_MS;
  for (const [name, value] of Object.entries(input.headers ?? {})) {
    if (/^[\w!#$%&'*+.^`|~-]+$/.test(name) && /^[\t\u0020-\u007e]*$/.test(value)) continue;
    const message = `"${name}" is no header, or its value cannot be sent`;
    report.error([...path, 'headers', name], message, { onKey: true });
  }
  if (url === undefined) return [];
  const method = verb.toUpperCase() as CallSetup['method'];
  const json = input.json === undefined ? undefined : device.json([...path, 'json'], input.json);
  return [{ ...base, kind: 'http', method, url, timeoutMs, ...(json !== undefined && { json }) }];
}

function event({ path, input, device, report, base }: Step, name: string): readonly EventSetup[] {
  if (!/^[a-z][a-z0-9_-]*$/.test(name)) {
    const hint = 'such as batch_finished';
    report.error([...path, 'event'], `event is "${name}", expected a name of small letters`, {
      hint,
    });
  }
  const data = input.data === undefined ? undefined : device.json([...path, 'data'], input.data);
  return [{ ...base, kind: 'event', topic: name, ...(data !== undefined && { data }) }];
}

function writes(step: Step, items: readonly WriteItemInput[]): readonly WriteSetup[] {
  const { path, input, report, base } = step;
  if (items.length === 0) report.error([...path, 'write'], 'nothing is written');
  const numbers = Array.from({ length: input.repeat ?? 1 }, (_, index) => index + 1);
  return numbers.map((n) => ({
    ...{ ...base, kind: 'write' as const },
    writes: items.flatMap((item, index) => {
      const source = sourceOf(step, [...path, 'write', index], item, n);
      return source === undefined ? [] : [source];
    }),
  }));
}

/** One write of the n-th repetition. */
function sourceOf(
  { device, report, input }: Step,
  path: Path,
  { point: written, value, from }: WriteItemInput,
  n: number,
): WriteSource | undefined {
  const filled = (text: string): string =>
    input.repeat === undefined ? text : text.replaceAll('{n}', String(n));
  const point = device.target([...path, 'point'], filled(written), input.repeat !== undefined);
  if ((value === undefined) === (from === undefined)) {
    report.error(path, 'a write has either "value" or "from"');
    return undefined;
  }
  if (from !== undefined && path[0] === 'rules') {
    const hint = 'value: "{name}" takes the value of a point';
    report.error([...path, 'from'], 'only a pull has records', { onKey: true, hint });
  }
  if (point === undefined) return undefined;
  if (from !== undefined) return { point, from: filled(from).split('.') };
  if (typeof value !== 'string') return { point, value: value ?? 0 };
  const text = device.template([...path, 'value'], filled(value));
  if (text === undefined) return undefined;
  return text.names.length === 0 ? { point, value: text.render(() => '') ?? '' } : { point, text };
}
