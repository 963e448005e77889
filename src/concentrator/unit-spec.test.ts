import { expect, test } from 'vitest';
import { sitePoint } from '../../test/support/fake-site.ts';
import { registerPoint } from '../../test/support/points.ts';
import type { RegisterPoint } from '../profile/point.ts';
import type { MapEntry, WrittenEntry } from './map-entry.ts';
import { mapProblems, type UnitSpec } from './unit-spec.ts';

function entry(id: string, over: Partial<RegisterPoint>): WrittenEntry {
  return { id, register: registerPoint({ name: id, ...over }), point: sitePoint(id) };
}

function served(...entries: readonly MapEntry[]): UnitSpec {
  return { blocks: [{ entries }] };
}

const A = entry('d.a', { address: 1, count: 2, type: 'f32' });
const B = entry('d.b', { address: 2 });
const C = entry('d.c', { address: 3 });

const WRONG: readonly (readonly [string, UnitSpec, string])[] = [
  ['values over each other', served(B, A), 'd.b at hr:2+1 lies over d.a at hr:1+2'],
  [
    'a value inside a wider one',
    ...([
      served(entry('d.x', { address: 0, count: 9 }), B, C),
      'd.c at hr:3+1 lies over d.x',
    ] as const),
  ],
  ['a point twice', served(C, { ...C, register: B.register }), 'd.c is in the map twice'],
  [
    'the same bit twice',
    ...([
      served(
        entry('d.x', { address: 5, type: 'bool', bit: 3 }),
        entry('d.y', { address: 5, type: 'bool', bit: 3 }),
      ),
      'd.y at hr:5+1 lies over d.x',
    ] as const),
  ],
  ['an end behind 65535', served(entry('d.x', { address: 65_535, count: 2 })), 'd.x: 2 from 65535'],
  [
    'a status over a value',
    { ...served(A), status: [{ device: 'd', table: 'holding', address: 0 }] },
    'd.a at hr:1+2 lies over status of d at hr:0+2',
  ],
  [
    'a hole over a value',
    { ...served(A), holes: [{ table: 'holding', start: 2, count: 1 }] },
    'a hole at hr:2+1 lies over d.a',
  ],
  [
    'a block of nothing',
    { written: [{ name: 'd', entries: [] }] },
    'd: a block that clients write',
  ],
  [
    'a block of input registers',
    { written: [{ name: 'd', entries: [entry('d.x', { table: 'input' })] }] },
    'clients write holding registers and coils, not input',
  ],
  [
    'a block with a point outside',
    { written: [{ name: 'd', entries: [A, entry('d.x', { table: 'coil', address: 1 })] }] },
    'd.x lies outside hr:1+2, which is written',
  ],
  [
    'a served value in a written block',
    {
      ...served(B),
      written: [{ name: 'w', entries: [entry('w.x', {}), entry('w.y', { address: 5 })] }],
    },
    'd.b lies in hr:0+6, which clients of w write',
  ],
  [
    'written blocks over each other',
    {
      written: [
        { name: 'w', entries: [entry('w.x', {}), entry('w.y', { address: 5 })] },
        { name: 'v', entries: [], range: { table: 'holding', start: 4, count: 5 } },
      ],
    },
    'w and v are both written at hr:4+5',
  ],
  [
    'a mirror over input registers',
    { ...served(entry('d.x', { table: 'input' })), mirror: true },
    'a mirrored map has nothing of its own',
  ],
];

test.each(WRONG)('%s is a mistake, and said', (_, spec, message) => {
  expect(mapProblems(spec).join('\n')).toContain(message);
});

test.each([
  ['neighbours', served(A, C)],
  ['the same address in two tables', served(C, entry('d.x', { table: 'coil', address: 3 }))],
  [
    'bits and bytes of one register',
    served(
      entry('d.x', { address: 5, type: 'bool', bit: 3 }),
      entry('d.y', { address: 5, type: 'bool', bit: 4 }),
      entry('d.z', { address: 5, type: 'u8h' }),
    ),
  ],
  ['nothing at all', {}],
])('%s are none', (_, spec) => {
  expect(mapProblems(spec)).toEqual([]);
});
