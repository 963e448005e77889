import { describe, expect, test } from 'vitest';
import { GateBench, noSpace, setpoint } from '../../test/support/gate-bench.ts';
import { verifyAudit } from './audit-read.ts';

describe('a disk that is full', () => {
  test.each<[string, (bench: GateBench) => void, string]>([
    ['for the audit', (b) => full(b, 'append'), 'audit-failed'],
    ['for the state', (b) => full(b, 'replace'), 'disk-failed'],
    ['in the middle of a line', (b) => (b.folder.tearAt = 40), 'audit-failed'],
  ])('%s stops writing, and only until there is room', async (_, fill, code) => {
    const bench = await GateBench.open([setpoint({ wear: { cycles: 9 } })]);
    fill(bench);
    expect(await bench.write(1)).toMatchObject({ outcome: 'refused', code });
    expect(bench.device.frames).toEqual([]);
    bench.folder.before = () => undefined;
    bench.folder.tearAt = undefined;

    expect(await bench.write(1)).toMatchObject({ code: 'read-back' });
    expect(await verifyAudit(bench.folder)).toMatchObject({ state: 'sound' });
    expect(bench.gate.wear('furnace.sp')).toMatchObject({ total: 1 });
  });

  function full(bench: GateBench, kind: string): void {
    bench.folder.before = (operation) => {
      if (operation === kind) throw noSpace();
    };
  }
});

describe('files that make no sense', () => {
  test.each(['state.json', 'audit-000000000000.jsonl'])(
    '%s closes the gate, and it says so',
    async (name) => {
      const bench = await GateBench.open([setpoint({ wear: { cycles: 9 } })]);
      await bench.write(1);
      const text = bench.folder
        .text(name)
        .replace('"total":1', '"total":"x"')
        .replace('mei', 'eve');
      bench.folder.files.set(name, [Buffer.from(text)]);
      await bench.restart();

      const result = await bench.write(2);
      expect(result).toMatchObject({
        code: 'state-damaged',
        message: expect.stringContaining(name) as unknown,
      });
      expect(bench.gate.status().state).toBe('damaged');
      expect(bench.folder.text(name), 'evidence is left alone').toBe(text);
    },
  );
});
