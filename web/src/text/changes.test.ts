import { expect, test } from 'vitest';
import type { ConfigChangesJson } from '../../../src/api/contract.ts';
import { changeWords } from './changes.ts';

const NONE = { added: [], changed: [], removed: [] };
const QUIET: ConfigChangesJson = {
  lines: { started: [], stopped: [], kept: ['a', 'b'] },
  ...{ devices: NONE, sinks: NONE, servers: NONE, alarms: NONE, flows: NONE, others: [] },
};

test.each<[string, Partial<ConfigChangesJson>, readonly string[]]>([
  ['nothing', {}, ['Nothing that runs changes.']],
  [
    'a line that starts anew beside one that goes on',
    {
      lines: { started: ['bus1'], stopped: ['bus1'], kept: ['bus2'] },
      devices: { ...NONE, changed: ['furnace1'] },
    },
    ['Line bus1 connects anew.', 'Devices: changed: furnace1', '1 other line goes on as it is.'],
  ],
  [
    'lines that come and go',
    { lines: { started: ['a'], stopped: ['b'], kept: [] } },
    ['Line a starts.', 'Line b stops.'],
  ],
  [
    'other things',
    { sinks: { added: ['x'], changed: [], removed: ['y', 'z'] }, others: ['web', 'history'] },
    [
      'Sinks: new: x; gone: y, z',
      'Changes as well: Page and API, History for trends.',
      '2 other lines go on as they are.',
    ],
  ],
])('what will happen in words: %s', (_, changes, words) => {
  expect(changeWords({ ...QUIET, ...changes })).toEqual(words);
});
