/**
 * How long it takes to ask all 247 units of a serial line, of which three are there: `node bench/scan.ts`.
 * How to read it: bench/README.md.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { systemClock } from '../src/base/system-clock.ts';
import { loadProfile } from '../src/config/load-profile.ts';
import { serveTransport } from '../src/server/serve-transport.ts';
import type { Transport } from '../src/transport/transport.ts';
import { simulatedDevice } from '../src/simulate/device.ts';
import { dialerFor, parseEndpoint } from '../src/transport/endpoint.ts';
import { missing, ptyPair } from '../test/support/peers.ts';

const { values } = parseArgs({
  options: {
    baud: { type: 'string', default: '9600' },
    /** Milliseconds a device thinks before it answers. */
    turnaround: { type: 'string', default: '40' },
    units: { type: 'string', default: '1-247' },
  },
});

const TARGET_SECONDS = 60;
const ALIVE = [1, 21, 200];
const ROOT = join(import.meta.dirname, '..');

if (missing('socat')) process.exit(0);

/**
 * A pseudo-terminal moves bytes at once. A line does not: what arrives is handed on when its last byte
 * would have come, and what is sent leaves in pieces, each when its own last byte would have left.
 */
function paced(transport: Transport, charMs: number): Transport {
  const PIECE = 8;
  let freeAt = 0;
  const later = (bytes: Uint8Array, deliver: () => void): void => {
    freeAt = Math.max(freeAt, systemClock.now()) + bytes.length * charMs;
    systemClock.alarm(freeAt, deliver);
  };
  return {
    listen: (receiver) => {
      transport.listen({
        data: (chunk) => later(chunk, () => receiver.data(chunk)),
        end: (error) => receiver.end(error),
      });
    },
    write: (bytes) => {
      for (let at = 0; at < bytes.length; at += PIECE) {
        const piece = bytes.slice(at, at + PIECE);
        later(piece, () => transport.write(piece));
      }
    },
    close: () => transport.close(),
  };
}

const folder = mkdtempSync(join(tmpdir(), 'dinrail-bench-'));
const [near, far] = [join(folder, 'near'), join(folder, 'far')];
const cable = await ptyPair(near, far);
const { profile } = await loadProfile('eurotherm/3216', { profilesDirs: [join(ROOT, 'profiles')] });
if (profile === undefined) throw new Error('the profile of the bench is not there');
const device = simulatedDevice(profile, systemClock);
const port = await dialerFor(parseEndpoint(`serial:${far} ${values.baud} 8N1`)).dial(
  new AbortController().signal,
);
const charMs = 10_000 / Number(values.baud);
const server = serveTransport(paced(port, charMs), {
  units: new Map(ALIVE.map((unit) => [unit, device.tables])),
  clock: systemClock,
  turnaroundMs: Number(values.turnaround),
});

try {
  const startedAt = performance.now();
  const args = ['scan', near, '--serial', `${values.baud} 8N1`, '--units', values.units, '--json'];
  const child = spawn(process.execPath, [join(ROOT, 'src/cli/main.ts'), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, XDG_STATE_HOME: folder },
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  await once(child, 'close');
  const seconds = (performance.now() - startedAt) / 1000;
  const { found, probed } = JSON.parse(text) as {
    found: { unit: number; candidates: { profile: string }[] }[];
    probed: number;
  };
  const isRight =
    JSON.stringify(found.map(({ unit }) => unit)) === JSON.stringify(ALIVE) &&
    found.every(({ candidates }) => candidates[0]?.profile === 'eurotherm/3216');
  console.log(
    `${probed} units at ${values.baud} baud, ${found.length} alive and recognised: ` +
      `${seconds.toFixed(1)} s (target: below ${TARGET_SECONDS} s)${isRight ? '' : '  WRONG RESULT: ' + text}`,
  );
  process.exitCode = isRight && seconds < TARGET_SECONDS ? 0 : 1;
} finally {
  server.close();
  await cable.stop();
  rmSync(folder, { recursive: true });
}
