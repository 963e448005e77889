import { pullSchema, ruleSchema, stepSchema, writeItemSchema } from './exchange-schema.ts';
import type { KeySet } from './key-set.ts';

const RULE: KeySet = {
  what: 'rule',
  known: Object.keys(ruleSchema.shape),
  synonyms: {
    when: ['if', 'condition', 'trigger', 'on'],
    until: ['unless', 'reset', 'rearm'],
    delay: ['for', 'hold', 'debounce'],
    deadline: ['ttl', 'expire', 'give_up'],
    steps: ['then', 'do', 'actions', 'action'],
    values: ['variables', 'vars', 'let', 'with'],
    devices: ['device', 'machines', 'include'],
  },
  later: [],
};

const PULL: KeySet = {
  what: 'pull',
  known: Object.keys(pullSchema.shape),
  synonyms: {
    ...RULE.synonyms,
    get: ['url', 'fetch', 'from', 'address'],
    every: ['interval', 'period', 'poll'],
    record: ['path', 'select', 'records'],
    requires: ['require', 'if', 'where'],
  },
  later: [],
};

const STEP: KeySet = {
  what: 'a step',
  known: Object.keys(stepSchema.shape),
  synonyms: {
    post: ['url', 'http', 'call', 'webhook'],
    json: ['body', 'payload'],
    write: ['set', 'writes'],
    event: ['emit', 'notify'],
    repeat: ['count', 'times', 'each'],
    after: ['requires', 'needs'],
  },
  later: ['get', 'sign', 'text'],
};

const WRITE: KeySet = {
  what: 'a write of a step',
  known: Object.keys(writeItemSchema.shape),
  synonyms: { point: ['name', 'register', 'to'], value: ['set'], from: ['path', 'key'] },
  later: [],
};

/** The keys of `rules`, `pulls` and what stands in them. */
export function exchangeKeys(path: readonly (string | number)[]): KeySet | undefined {
  const [first, , third, , fifth] = path;
  if (first !== 'rules' && first !== 'pulls') return undefined;
  if (fifth === 'write') return WRITE;
  if (third === 'steps') return STEP;
  return first === 'rules' ? RULE : PULL;
}
