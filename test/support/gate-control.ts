import { listAudit } from '../../src/gate/audit-read.ts';
import { previewWrite } from '../../src/gate/preview.ts';
import type { WriteControl } from '../../src/gate/write-control.ts';
import { GateBench, SETPOINT } from './gate-bench.ts';

const ENUM = new Map([
  [0, 'off'],
  [1, 'on'],
]);

/** A gate over a device of the bench, as the gateway offers it to those who operate it. */
export async function gateControl(): Promise<{ bench: GateBench; control: WriteControl }> {
  const { unit: _, ...plain } = SETPOINT.point;
  const mode = { ...plain, name: 'mode', address: 9, type: 'u16', enum: ENUM } as const;
  const rules = {
    ...{ min: 0, max: 1200, step: 5, maxChange: 400, confirm: 'retype' as const },
    wear: { cycles: 100_000, perDay: 3 },
    lease: { safeValue: 20, maxMs: 30_000 },
  };
  const bench = await GateBench.open([
    { point: SETPOINT.point, rules },
    { point: mode, rules: {} },
  ]);
  const { gate, folder } = bench;
  const control: WriteControl = {
    write: async (request) => gate.write(request),
    writeAll: async (requests) => gate.writeAll(requests),
    renew: async (point, who, ms) => gate.renew(point, who, ms),
    typed: (_, text) => (/^\d+$/.test(text) ? Number(text) : text),
    preview: async (point, value) => previewWrite(bench.setup.points.get(point), value),
    status: () => ({
      ...{ state: 'open', from: ['loopback'], locks: gate.locks(), audit: gate.status().audit },
      points: [...bench.setup.points.values()].map((point) => {
        const [wear, lease] = [gate.wear(point.id), gate.status().leases.get(point.id)];
        const rest = { ...(wear && { wear }), ...(lease && { lease }) };
        return { ...point, rules: point.rules ?? {}, ...rest };
      }),
    }),
    counts: () => [{ device: 'furnace', outcome: 'confirmed', count: 2 }],
    lock: async (...lock) => gate.lock(...lock),
    unlock: async (scope, who) => gate.unlock(scope, who),
    audit: async (filter) => listAudit(folder, filter),
  };
  return { bench, control };
}
