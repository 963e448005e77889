/** The commands of docs/api.md, as they stand there, with curl. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bearer, startApiGateway, type ApiGateway } from '../support/api-gateway.ts';
import { missing } from '../support/peers.ts';

const text = readFileSync(join(import.meta.dirname, '../../docs/api.md'), 'utf8');
const blocks = [...text.matchAll(/```sh\n([^]*?)```/g)].map(([, block = '']) => block);
const helper = /^ask\(\).*$/m.exec(text)?.[0] ?? '';
/** Each with the lines that it goes on over. */
const commands = blocks.flatMap((block) => block.match(/^ask (?:.*\\\n)*.*$/gm) ?? []);

describe.skipIf(missing('curl'))('docs/api.md', () => {
  let gateway: ApiGateway;
  beforeAll(async () => {
    gateway = await startApiGateway();
  }, 30_000);
  afterAll(async () => gateway.close());

  const run = async (command: string): Promise<string> => {
    const env = {
      ...process.env,
      DINRAIL_GATEWAY: gateway.url.replace(/\/$/, ''),
      DINRAIL_TOKEN: bearer('operator').authorization.replace('Bearer ', ''),
    };
    // The echo behind it would hide how curl ended.
    const script = `set -e\n${helper.replace('; echo;', ' && echo;')}\n${command}`;
    const { stdout } = await promisify(execFile)('sh', ['-c', script], { env }).catch(
      (error: unknown) => ({ stdout: `failed: ${(error as { stdout: string }).stdout}` }),
    );
    return stdout;
  };

  test('has commands, and the gateway has values', async () => {
    expect(commands.length).toBeGreaterThan(10);
    const last = async (): Promise<string> => run('ask "$DINRAIL_GATEWAY/api/last/furnace1"');
    await expect.poll(last).toContain('"setpoint":500');
  });

  test.each(commands)('%s', async (command) => {
    expect(await run(command)).toMatch(/^(?:[[{]|750\n)/);
  });

  test('the write has gone to the device, once', () => {
    expect(gateway.registers.get(2)).toBe(510);
  });
});
