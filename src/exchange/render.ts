import type { Template } from '../expression/template.ts';
import type { ExpressionValue } from '../expression/value.ts';
import type {
  CallSetup,
  EventSetup,
  JsonTemplate,
  StepSetup,
  WriteSetup,
  WriteSource,
} from './flow-setup.ts';
import { pathIn } from './json-path.ts';
import type { PlainValue, PlannedStep, PlannedWrite } from './step-plan.ts';

/** What stands behind a placeholder; undefined when it is not known. */
export type ValueOf = (name: string) => ExpressionValue | undefined;

/** What the steps of one run are filled in with. */
export interface Filling {
  readonly valueOf: ValueOf;
  /** Of a pull. */
  readonly record?: unknown;
}

/** The steps of a run, complete. A step for which the record says nothing is left out. */
export function plannedSteps(
  setups: readonly StepSetup[],
  filling: Filling,
): readonly PlannedStep[] {
  return setups.flatMap((setup) => {
    switch (setup.kind) {
      case 'http':
        return plannedCall(setup, filling);
      case 'write':
        return plannedWrites(setup, filling);
      case 'event':
        return plannedEvent(setup, filling);
    }
  });
}

function plannedCall(setup: CallSetup, { valueOf }: Filling): PlannedStep {
  const { requires, group, method, timeoutMs } = setup;
  const url = textOf(setup.url, valueOf, encodeURIComponent);
  const base = { requires, group };
  if (url === undefined || !URL.canParse(url)) {
    const reason = url === undefined ? unknownIn(setup.url, valueOf) : 'the address is none';
    return { ...base, kind: 'refused', name: method.toLowerCase(), reason };
  }
  return {
    ...{ ...base, kind: 'http', name: `${method.toLowerCase()} ${placeOf(url)}`, method, url },
    ...{ template: group, timeoutMs },
    ...(setup.json !== undefined && {
      ...{ contentType: 'application/json', body: jsonText(setup.json, valueOf) },
    }),
  };
}

/** Where a call goes, for people: what may be secret in an address is in its query. */
function placeOf(url: string): string {
  const { host, pathname } = new URL(url);
  return `${host}${pathname}`;
}

function plannedWrites(setup: WriteSetup, filling: Filling): readonly PlannedStep[] {
  const { requires, group } = setup;
  const name = `write ${setup.writes.map(({ point }) => point).join(', ')}`;
  const writes: PlannedWrite[] = [];
  for (const source of setup.writes) {
    const value = sourceValue(source, filling);
    if (value === undefined) return [];
    if (typeof value === 'object') {
      return [{ kind: 'refused', name, requires, group, reason: value.reason }];
    }
    writes.push({ point: source.point, value });
  }
  return [{ kind: 'write', name, requires, group, writes }];
}

/** Undefined where a record has nothing there. */
function sourceValue(
  source: WriteSource,
  { valueOf, record }: Filling,
): PlainValue | undefined | { readonly reason: string } {
  if ('value' in source) return source.value;
  if ('text' in source) {
    return textOf(source.text, valueOf) ?? { reason: unknownIn(source.text, valueOf) };
  }
  const found = pathIn(record, source.from);
  if (found === undefined || found === null || found === '') return undefined;
  if (typeof found === 'string' || typeof found === 'boolean' || typeof found === 'number') {
    return found;
  }
  return { reason: `${source.from.join('.')} is neither a text nor a number` };
}

function plannedEvent({ requires, group, topic, data }: EventSetup, filling: Filling): PlannedStep {
  const text = data === undefined ? '{}' : jsonText(data, filling.valueOf);
  const filled = JSON.parse(text) as Readonly<Record<string, unknown>>;
  return { kind: 'event', name: `event ${topic}`, requires, group, topic, data: filled };
}

function textOf(
  template: Template,
  valueOf: ValueOf,
  quote: (text: string) => string = (text) => text,
): string | undefined {
  return template.render((name) => {
    const value = valueOf(name);
    return value === undefined ? undefined : quote(String(value));
  });
}

function unknownIn(template: Template, valueOf: ValueOf): string {
  const name = template.names.find((one) => valueOf(one) === undefined);
  return `${name ?? 'a value'} was not known`;
}

/**
 * JSON with a blank behind commas and colons and without a character beyond ASCII, as the scripts write it
 * that such servers were made for. A value that is not known is null.
 */
export function jsonText(template: JsonTemplate, valueOf: ValueOf): string {
  switch (template.kind) {
    case 'literal':
      return ascii(JSON.stringify(template.value));
    case 'list':
      return `[${template.items.map((item) => jsonText(item, valueOf)).join(', ')}]`;
    case 'object': {
      const entries = template.entries.map(
        ([key, value]) => `${ascii(JSON.stringify(key))}: ${jsonText(value, valueOf)}`,
      );
      return `{${entries.join(', ')}}`;
    }
    case 'text': {
      const { only } = template;
      if (only !== undefined) return jsonValue(valueOf(only));
      return ascii(JSON.stringify(textOf(template.template, valueOf) ?? null));
    }
  }
}

function jsonValue(value: ExpressionValue | undefined): string {
  if (typeof value === 'bigint') return value.toString();
  return ascii(JSON.stringify(value ?? null));
}

function ascii(json: string): string {
  return json.replaceAll(
    /[\u007f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
