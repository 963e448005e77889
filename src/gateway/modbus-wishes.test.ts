import { expect, test } from 'vitest';
import type { Wished } from '../concentrator/served-unit.ts';
import type { WriteDoor } from '../gate/write-door.ts';
import type { WriteCode, WriteRequest, WriteResult } from '../gate/write-request.ts';
import { bringWishes, exceptionOf } from './modbus-wishes.ts';

const REQUEST: Wished['request'] = {
  ...{ start: 0, count: 1, values: Uint16Array.of(1), functionCode: 6 },
  ...{ unitId: 1, peer: '[fd00::7]:40123', table: 'holding' },
};

function wished(...values: readonly number[]): Wished {
  const wishes = values.map((value, index) => ({ id: `furnace1.p${index}`, value }));
  return { wishes, client: 'PLC', request: REQUEST };
}

/** A gate that says these things, in turn. */
function gateOf(...codes: readonly WriteCode[]) {
  const asked: WriteRequest[] = [];
  const queue = [...codes];
  const answer = (request: WriteRequest): WriteResult => {
    asked.push(request);
    const code = queue.shift() ?? 'read-back';
    const outcome = code === 'read-back' ? 'confirmed' : code === 'equal' ? 'unchanged' : 'refused';
    return { outcome, code, message: code, at: 0, id: '1' };
  };
  const gate: Pick<WriteDoor, 'write' | 'writeAll'> = {
    write: async (request) => Promise.resolve(answer(request)),
    writeAll: async (requests) => Promise.resolve(requests.map(answer)),
  };
  return { gate, asked };
}

test('a wish comes to the gate from the client that the rule names, at its address', async () => {
  const { gate, asked } = gateOf();
  expect(await bringWishes(wished(7.5), gate)).toEqual({ exception: undefined });
  expect(asked).toEqual([
    {
      ...{ point: 'furnace1.p0', value: 7.5, ttlMs: 2_000 },
      who: { name: 'PLC', role: 'operator', from: 'fd00::7', door: 'modbus' },
    },
  ]);
});

test('several are one batch, and the one that stopped it is the answer', async () => {
  expect(await bringWishes(wished(1, 2), gateOf('equal', 'read-back').gate)).toEqual({
    exception: undefined,
  });
  const { exception, problem } = await bringWishes(
    wished(1, 2, 3),
    gateOf('batch-stopped', 'range', 'batch-stopped').gate,
  );
  expect(exception).toBe(3);
  expect(problem).toMatchObject({ point: 'furnace1.p1', code: 'range' });
});

test.each<[WriteCode, number]>([
  ['writes-off', 1],
  ['address', 1],
  ['not-writable', 2],
  ['range', 3],
  ['step', 3],
  ['maintenance', 6],
  ['queue-full', 6],
  ['device-down', 0x0b],
  ['no-answer', 0x0b],
  ['device-refused', 4],
  ['differs', 4],
  ['disk-failed', 4],
])('%s is exception %i', (code, exception) => {
  expect(exceptionOf({ code })).toBe(exception);
});
