import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runProgramToEnd, startProgram } from '../support/program.ts';

let folder: string;
let site: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dinrail-lock-'));
  site = join(folder, 'gateway.yaml');
  writeFileSync(
    site,
    'version: 1\ndata: kept\nweb: { listen: 0 }\n' +
      'devices: { pump: { at: "tcp://127.0.0.1:1", points: { on: co:0 } } }\n',
  );
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a second gateway on a data folder is refused, until the first is stopped or killed', async () => {
  const first = startProgram(['run', site]);
  await first.said(/the page is at/);
  const pid = first.child.pid ?? 0;
  const [second, doctor] = await Promise.all([
    runProgramToEnd(['run', site]),
    runProgramToEnd(['doctor', site, '--offline', '--json']),
  ]);
  expect(second.code).toBe(4);
  expect(second.stderr).toContain(
    `a gateway runs on the data folder ${join(folder, 'kept')} already: process ${pid} on `,
  );
  const findings = JSON.parse(doctor.stdout) as readonly { area: string; text: string }[];
  const disk = findings.find(({ area }) => area === 'disk');
  expect(disk?.text).toContain(`A gateway runs on it: process ${pid} on `);
  // No power cut lets go of anything more gently than this.
  await first.end('SIGKILL');
  const heir = startProgram(['run', site]);
  await heir.said(/the page is at/);
  expect((await heir.end('SIGTERM')).code).toBe(0);
  const last = startProgram(['run', site]);
  await last.said(/the page is at/);
  expect((await last.end('SIGTERM')).code).toBe(0);
}, 60_000);
