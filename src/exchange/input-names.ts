import type { JsonTemplate, RuleInstance, StepSetup } from './flow-setup.ts';

const OWN = new Set(['device', 'time', 'id']);

/** Every name of a point that a rule looks at: in its conditions, its values and its steps. */
export function inputNames({ when, until, values, steps }: RuleInstance): readonly string[] {
  const names = new Set([...when.names, ...(until?.names ?? [])]);
  for (const { names: inner } of values.values()) for (const name of inner) names.add(name);
  for (const name of steps.flatMap(namesOfStep)) {
    if (!values.has(name) && !OWN.has(name) && !name.startsWith('tag.')) names.add(name);
  }
  return [...names];
}

function namesOfStep(step: StepSetup): readonly string[] {
  switch (step.kind) {
    case 'http':
      return [...step.url.names, ...namesOfJson(step.json)];
    case 'write':
      return step.writes.flatMap((write) => ('text' in write ? write.text.names : []));
    case 'event':
      return namesOfJson(step.data);
  }
}

function namesOfJson(json: JsonTemplate | undefined): readonly string[] {
  if (json === undefined || json.kind === 'literal') return [];
  if (json.kind === 'text') return json.template.names;
  if (json.kind === 'list') return json.items.flatMap(namesOfJson);
  return json.entries.flatMap(([, value]) => namesOfJson(value));
}
