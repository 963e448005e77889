import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, expect, test } from 'vitest';
import type { AlarmEventJson, AlarmJson } from '../../src/api/contract.ts';
import { runProgramToEnd, startProgram, type Program } from '../support/program.ts';

const WAIT = { timeout: 10_000, interval: 50 };
const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

interface Posted {
  readonly id: string;
  readonly type: string;
  readonly subject?: string;
}

/** Takes events, but not each at the first time. */
async function receiver(): Promise<{ readonly url: string; readonly taken: Posted[] }> {
  const taken: Posted[] = [];
  let requests = 0;
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      // A program that is killed may leave half a request behind.
      if (!body.endsWith('}')) return;
      requests += 1;
      if (requests % 2 === 1) response.writeHead(503, { 'retry-after': '1' }).end();
      else {
        taken.push(JSON.parse(body) as Posted);
        response.writeHead(204).end();
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, taken };
}

async function run(file: string): Promise<{ readonly program: Program; readonly url: string }> {
  const program = startProgram(['run', file]);
  ends.push(async () => program.end('SIGKILL'));
  const [, url = ''] = await program.said(/page is at (http:\/\/127\.0\.0\.1:\d+)/);
  return { program, url };
}

test(
  'an alarm survives kill -9 with who has seen it, and is told once',
  { timeout: 60_000 },
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'dinrail-alarms-kill-'));
    ends.push(async () => rm(folder, { recursive: true, force: true }));
    const { url: hook, taken } = await receiver();
    const file = join(folder, 'gateway.yaml');
    await writeFile(
      file,
      `version: 1
web: { listen: 127.0.0.1:0 }
defaults: { every: 100ms, timeout: 100ms, retries: 0 }
devices: { gone: { at: tcp://127.0.0.1:1, points: { v: hr:0 u16 } } }
alarms: { blind: { when: not has(gone.v), priority: urgent, text: Nothing is known } }
sinks:
  hook: { type: webhook, url: "${hook}", events: [alarm.*, device.*] }
  all: { type: jsonl, path: all.jsonl, events: true }
  values: { type: jsonl, path: values.jsonl }
`,
    );
    const first = await run(file);
    const list = async (url: string): Promise<readonly AlarmJson[]> =>
      (await (await fetch(`${url}/api/v1/alarms`)).json()) as AlarmJson[];
    const state = async (url: string, id: string): Promise<string | undefined> =>
      (await list(url)).find((alarm) => alarm.id === id)?.state;
    await expect
      .poll(async () => state(first.url, 'gone.down'), WAIT)
      .toBe('active-unacknowledged');
    await expect.poll(async () => state(first.url, 'blind'), WAIT).toBe('active-unacknowledged');
    const acked = await runProgramToEnd([
      ...['alarms', 'ack', 'gone.down', '--comment', 'cable', '--gateway', first.url],
    ]);
    expect(acked).toMatchObject({ code: 0, stdout: 'gone.down is active-acknowledged\n' });
    const types = (): readonly string[] =>
      taken.map(({ type, subject = '' }) => `${type} ${subject}`);
    await expect.poll(() => types().includes('dinrail.alarm.acked gone.down'), WAIT).toBe(true);
    const lines = async (name: string): Promise<readonly string[]> =>
      (await readFile(join(folder, name), 'utf8'))
        .split('\n')
        .flatMap((line) => /"type":"alarm\.\w+".*"subject":"gone.down"/.exec(line) ?? []);
    await expect.poll(async () => (await lines('all.jsonl')).length, WAIT).toBe(2);
    expect(await lines('values.jsonl')).toEqual([]);
    await first.program.end('SIGKILL');

    const second = await run(file);
    const [blind, down] = [await state(second.url, 'blind'), await list(second.url)];
    expect(blind).toBe('active-unacknowledged');
    expect(down.find(({ id }) => id === 'gone.down')).toMatchObject({
      ...{ state: 'active-acknowledged', acked: { comment: 'cable' } },
    });
    // It falls silent anew, and that is nothing new.
    await expect
      .poll(async () => {
        const answer = await fetch(`${second.url}/api/v1/devices`);
        return ((await answer.json()) as { state: string }[])[0]?.state;
      }, WAIT)
      .toBe('silent');
    await expect
      .poll(
        async () => (await list(second.url)).find(({ id }) => id === 'gone.down')?.uncertain,
        WAIT,
      )
      .toBeUndefined();
    const journal = await fetch(`${second.url}/api/v1/alarms/journal?alarm=gone.down`);
    const events = (await journal.json()) as AlarmEventJson[];
    expect(events.map(({ type }) => type)).toEqual(['acked', 'raised']);
    // Sent again it keeps its name, so that a receiver knows it.
    const raised = (): ReadonlySet<string> =>
      new Set(taken.flatMap(({ id, type }) => (type === 'dinrail.alarm.raised' ? [id] : [])));
    await expect.poll(() => raised().size, WAIT).toBe(2);
    await expect.poll(() => types().includes('dinrail.device.down '), WAIT).toBe(true);
  },
);
