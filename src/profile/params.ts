import { nearest } from '../base/did-you-mean.ts';
import type { SpecIssue } from './issue.ts';
import { found, SpecReader } from './spec-reader.ts';

/** A number that belongs to one device of a kind, such as where its decimal point is set. */
export interface ParamSpec {
  readonly name: string;
  readonly label?: string;
  readonly default: number;
  /** The only values there are. */
  readonly choices?: readonly number[];
  readonly min?: number;
  readonly max?: number;
}

/** A value for every param of a profile, by name. */
export type ParamValues = ReadonlyMap<string, number>;

export const NO_PARAMS: ParamValues = new Map();

const NAME = /^[a-z][a-z0-9_]*$/;

/** `params: { decimals: { label: …, default: 0, choices: [0, 1, 2] } }` of a profile. */
export function readParams(spec: SpecReader): readonly ParamSpec[] {
  const entries = spec.object('params', 'params by name, such as { decimals: { default: 0 } }');
  return (entries?.keys ?? []).flatMap((name) => {
    if (!NAME.test(name)) {
      entries?.keyError(name, `param name "${name}": small letters, digits and _`);
    }
    const entry = entries?.object(name, 'a param such as { default: 0, choices: [0, 1, 2] }');
    const param = entry && readParam(name, entry);
    return param === undefined ? [] : [param];
  });
}

function readParam(name: string, spec: SpecReader): ParamSpec | undefined {
  spec.checkKeys({
    what: 'a param',
    known: ['label', 'default', 'choices', 'min', 'max'],
    synonyms: { title: 'label', description: 'label', values: 'choices', enum: 'choices' },
    later: [],
  });
  if (!spec.has('default'))
    spec.objectError('"default" is missing: what holds where nothing is said?');
  const fallback = spec.number('default');
  const label = spec.text('label');
  const allowed = readAllowed(spec);
  if (fallback === undefined) return undefined;
  const param = { name, default: fallback, ...(label !== undefined && { label }), ...allowed };
  if (!takes(param, fallback)) {
    spec.error('default', `default is ${fallback}, expected ${expectedBy(param)}`);
  }
  return param;
}

function readAllowed(spec: SpecReader): Pick<ParamSpec, 'choices' | 'min' | 'max'> {
  const [choices, min, max] = [readChoices(spec), spec.number('min'), spec.number('max')];
  if (choices !== undefined && (min !== undefined || max !== undefined)) {
    spec.keyError('choices', 'a param has choices or a range, not both');
  }
  if (min !== undefined && max !== undefined && min > max) {
    spec.error('min', `min ${min} is above max ${max}`);
  }
  return {
    ...(choices !== undefined && { choices }),
    ...(min !== undefined && { min }),
    ...(max !== undefined && { max }),
  };
}

function readChoices(spec: SpecReader): readonly number[] | undefined {
  const list = spec.list('choices', 'a list of numbers');
  return list?.filter((entry, index): entry is number => {
    if (typeof entry === 'number' && Number.isFinite(entry)) return true;
    spec.error(['choices', index], `${found(entry)}, expected a number`);
    return false;
  });
}

function takes({ choices, min = -Infinity, max = Infinity }: ParamSpec, value: number): boolean {
  return choices === undefined ? value >= min && value <= max : choices.includes(value);
}

function expectedBy({ choices, min, max }: ParamSpec): string {
  if (choices !== undefined) return choices.join(', ');
  if (min !== undefined && max !== undefined) return `a number from ${min} to ${max}`;
  if (min !== undefined) return `at least ${min}`;
  return max === undefined ? 'a number' : `at most ${max}`;
}

export interface ChosenParams {
  /** Complete: what is wrong or left out has its default. */
  readonly values: ParamValues;
  readonly issues: readonly SpecIssue[];
}

/** The params of one device: what its owner wrote over the defaults of its profile. */
export function chooseParams(specs: readonly ParamSpec[], written: unknown): ChosenParams {
  const issues: SpecIssue[] = [];
  const values = new Map(specs.map((param) => [param.name, param.default]));
  if (written === undefined) return { values, issues };
  const spec = SpecReader.of(written, [], issues, 'params by name, such as { decimals: 1 }');
  for (const name of spec?.keys ?? []) {
    const param = specs.find((one) => one.name === name);
    if (param === undefined) {
      spec?.keyError(name, `the profile has no param "${name}"`, hintOf(name, specs));
      continue;
    }
    const value = spec?.number(name);
    if (value === undefined) continue;
    if (takes(param, value)) values.set(name, value);
    else spec?.error(name, `${name} is ${value}, expected ${expectedBy(param)}`);
  }
  return { values, issues };
}

/** What to say about a name that no param has. */
function hintOf(name: string, specs: readonly ParamSpec[]): string {
  const names = specs.map((param) => param.name);
  const meant = nearest(name, names);
  if (meant !== undefined) return `did you mean ${meant}?`;
  return names.length === 0 ? 'it has none' : `known: ${names.join(' ')}`;
}
