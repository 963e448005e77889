import type { PullSetup, RuleSetup, StepSetup } from '../../src/exchange/flow-setup.ts';
import { parseExpression, type Expression } from '../../src/expression/expression.ts';
import { parseTemplate, type Template } from '../../src/expression/template.ts';
import type { Kind } from '../../src/expression/value.ts';

const NAMES: ReadonlyMap<string, Kind> = new Map([
  ...(['process', 'machine_on', 'temp1'] as const).map((name) => [name, 'number'] as const),
  ...(['batch', 'previous.batch'] as const).map((name) => [name, 'text'] as const),
]);
const PLACES = new Set(['device', 'id', 'time', 'tag.*', 'record.*', ...NAMES.keys(), 'name']);

export function expression(text: string): Expression {
  const { expression: parsed, issues } = parseExpression(text, NAMES);
  if (parsed === undefined) throw new Error(issues[0]?.message);
  return parsed;
}

export function template(text: string): Template {
  const { template: parsed, issues } = parseTemplate(text, PLACES);
  if (parsed === undefined) throw new Error(issues[0]?.message);
  return parsed;
}

export const TAGS = { machine_id: '1' };

/** The name of a finished batch, then a call without a body that does not wait for the first to go well. */
export function finishRule(over: Partial<RuleSetup['instances'][number]> = {}): RuleSetup {
  const call = { kind: 'http', method: 'POST', timeoutMs: 10_000 } as const;
  return {
    ...{ kind: 'rule', name: 'finished', deadlineMs: 86_400_000, headers: [{ 'x-key': 's' }, {}] },
    instances: [
      {
        ...{ device: 'mc1', tags: TAGS, delayMs: 0 },
        when: expression('process == 305'),
        values: new Map([
          ['name', expression(`first(if(batch != '', batch, none), previous.batch, '')`)],
        ]),
        steps: [
          {
            ...call,
            ...{ url: template('http://api/finish'), requires: 'all', group: 0 },
            json: {
              kind: 'object',
              entries: [['batch', { kind: 'text', template: template('{name}'), only: 'name' }]],
            },
          },
          { ...call, url: template('http://api/trigger'), requires: 'none', group: 1 },
        ],
        ...over,
      },
    ],
  };
}

/** Names into slots, each with its status behind it, then the confirmation. */
export function batchPull(slots: number): PullSetup {
  const writes = Array.from({ length: slots }, (_, index): StepSetup => ({
    ...{ kind: 'write', requires: 'all', group: 0 },
    writes: [
      { point: `mc1.batch${index + 1}`, from: [`batch${index + 1}`] },
      { point: `mc1.status${index + 1}`, value: 1 },
    ],
  }));
  return {
    ...{ kind: 'pull', name: 'batches', url: 'http://api/strings', fetchHeaders: {} },
    ...{ everyMs: 10_000, timeoutMs: 5_000, deadlineMs: 600_000, headers: [{}, {}] },
    instances: [
      {
        ...{ device: 'mc1', tags: TAGS, record: ['data', '1'] },
        requires: [['status'], ['data', '1', 'status']],
        steps: [
          ...writes,
          {
            ...{ kind: 'http', method: 'POST', timeoutMs: 10_000, requires: 'all', group: 1 },
            url: template('http://api/confirm/{tag.machine_id}'),
          },
        ],
      },
    ],
  };
}
