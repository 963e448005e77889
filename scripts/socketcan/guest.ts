/** Runs as root in the guest of socketcan-qemu.sh: `dinrail run`, as nobody, on a bus of the kernel. */
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync, copyFileSync, chownSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { LineJson, SampleJson } from '../../src/api/contract.ts';

const NOBODY = { uid: 65_534, gid: 65_534 };
const EXAMPLE = '/dinrail/examples/battery';
const API = 'http://127.0.0.1:8502/api/v1';
/** Everything here is emulated: what takes a second elsewhere may take many. */
const PATIENCE_MS = 30_000;
/** The program alone needs most of a minute until it runs. */
const START_MS = 100_000;
const FLOOD = 4_000;
/** Of the recorded cycle, worked out by hand from its bytes. */
const EXPECTED = {
  system_voltage: 560.3,
  inverter_voltage: 573.4,
  power_supply_voltage: 24.1,
  number_of_monoblocks: 38,
  monoblock_01_voltage: 14.77,
  monoblock_38_voltage: 14.779,
  monoblock_01_temperature: 26,
  system_temperature: 32,
  system_current: 2.9,
  shunt_current: 4.4,
  soc: 80,
  soh: 99,
};

const rows: boolean[] = [];
/** True, or what was seen instead. */
type Look = () => unknown;
let text = '';

function sh(command: string): string {
  return execFileSync('sh', ['-c', command], { encoding: 'utf8', timeout: PATIENCE_MS }).trim();
}

async function ask(path: string): Promise<unknown> {
  const answer = await fetch(`${API}/${path}`, { signal: AbortSignal.timeout(PATIENCE_MS) });
  return answer.json();
}

async function value(point: string): Promise<SampleJson> {
  return (await ask(`values/bms/${point}`)) as SampleJson;
}

async function line(): Promise<LineJson & NonNullable<LineJson['bus']>> {
  const [it] = (await ask('lines')) as readonly LineJson[];
  if (it?.bus === undefined) throw new Error('there is no line');
  return { ...it, ...it.bus };
}

async function until(look: Look, patienceMs: number): Promise<unknown> {
  const end = performance.now() + patienceMs;
  let seen: unknown;
  do {
    try {
      seen = await look();
    } catch (error) {
      seen = String(error);
    }
    if (seen === true) return true;
    await pause(200);
  } while (performance.now() < end);
  return seen;
}

async function check(name: string, look: Look, patienceMs = PATIENCE_MS): Promise<void> {
  const begun = performance.now();
  const seen = await until(look, patienceMs);
  const seconds = ((performance.now() - begun) / 1_000).toFixed(1);
  const isOk = seen === true;
  rows.push(isOk);
  const more = isOk ? '' : `  ${JSON.stringify(seen)}`;
  console.log(`| ${isOk ? 'OK    ' : 'not OK'}  ${seconds.padStart(5)} s  ${name}${more}`);
}

/** As fast as the bus takes them. */
function play(file: string): void {
  sh(`canplayer -t -I ${file} vcan0=can0`);
}

const site = readFileSync(`${EXAMPLE}/gateway.yaml`, 'utf8')
  .replace(/battery: candump:\S+/, 'battery: can://vcan0?bitrate=250000')
  .replace('{ host: cpu-temperature }', "{ can: '= 23' }")
  .replace('# requests:', 'requests:')
  .replace('stale: 10s', 'stale: 5s');
mkdirSync('/tmp/site');
writeFileSync('/tmp/site/gateway.yaml', site);
copyFileSync(`${EXAMPLE}/anzen.dbc`, '/tmp/site/anzen.dbc');
const flood: string[] = [];
for (let at = 0; at < FLOOD; at += 1)
  flood.push(`(1.000000) can0 7FF#${String(at).padStart(4, '0')}`);
writeFileSync('/tmp/flood.log', `${flood.join('\n')}\n`);
chownSync('/tmp/site', NOBODY.uid, NOBODY.gid);

console.log(`| Linux ${sh('uname -r')}, node ${process.version}, dinrail runs as nobody`);
const dinrail = spawn('node', ['/dinrail/dist/cli/main.js', 'run', 'gateway.yaml'], {
  ...{ cwd: '/tmp/site', ...NOBODY, stdio: ['ignore', 'pipe', 'pipe'] },
});
for (const stream of [dinrail.stdout, dinrail.stderr]) {
  stream.on('data', (chunk: Buffer) => {
    text += chunk.toString();
    process.stdout.write(chunk);
  });
}
const ended = new Promise((resolve) =>
  dinrail.once('exit', (code, signal) => resolve(code ?? signal)),
);

await check(
  'without the interface the line says that it is not up, and how to bring it up',
  () => /vcan0 is not up \(.*type vcan/.test(text) || text.slice(-400),
  START_MS,
);
await check('and no value is known, none is 0', async () => {
  const soc = await value('soc');
  return (soc.value === null && soc.quality === 'bad') || soc;
});

sh('ip link add dev vcan0 type vcan && ip link set vcan0 up');
const other = spawn('candump', ['-L', 'vcan0,181FE8F4:1FFFFFFF'], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
let asked = '';
other.stdout.on('data', (chunk: Buffer) => (asked += chunk.toString()));
await check(
  'the interface is heard as soon as it is there',
  () => text.includes('listens') || text.slice(-400),
);
await check(
  'the question of the gateway is on the bus',
  () => asked.includes('181FE8F4#1400000000000000') || asked,
);

await check('and no foreign frame, though the kernel plays it back', async () => {
  const { frames, requests, foreign } = await line();
  return (frames === requests && frames > 0 && foreign === 0) || { frames, requests, foreign };
});

play(`${EXAMPLE}/cycle.log`);
await check('a recorded cycle has the values that its bytes say', async () => {
  const found: Record<string, unknown> = {};
  for (const [point, expected] of Object.entries(EXPECTED)) {
    const seen = await value(point);
    if (seen.value !== expected || seen.quality !== 'good')
      found[point] = [seen.value, seen.quality];
  }
  return Object.keys(found).length === 0 || found;
});
await check('33 frames were counted, none was damaged, dropped, an error', async () => {
  const { frames, damaged, dropped, errors, unsent, requests } = await line();
  const isRight = frames === 33 + requests && damaged + dropped + errors + unsent === 0;
  return isRight || { frames, damaged, dropped, errors, unsent, requests };
});
await check('what was asked for is not asked again', async () => {
  const first = (await line()).requests;
  await pause(6_000);
  const then = (await line()).requests;
  return first === then || [first, then];
});
await check('without frames the values grow stale, and then bad', async () => {
  const soc = await value('soc');
  return soc.quality === 'bad' || soc;
});

const player = spawn('canplayer', ['-l', 'i', '-I', `${EXAMPLE}/cycle.log`, 'vcan0=can0']);
await check('while frames come dinrail get prints a value, and it stays good', () => {
  const said = sh('node /dinrail/dist/cli/main.js get bms.system_voltage --plain');
  return said === '560.3' || said;
});
player.kill();
await pause(500);

const odd = await line();
sh(
  'cansend vcan0 181FE8F4#R && cansend vcan0 7FF##10102030405060708090A0B0C && cansend vcan0 20000004#0004000000000000',
);
await check('a remote frame, an FD frame and an error frame are what they are', async () => {
  const { frames, errors, damaged } = await line();
  const grown = [frames - odd.frames, errors - odd.errors, damaged - odd.damaged];
  return String(grown) === '2,1,0' || grown;
});

const slow = await line();
const listener = sh(`ps -o pid,args | awk '/candump -L -d/ && !/awk/ { print $1 }'`);
sh(`kill -STOP ${listener}`);
play('/tmp/flood.log');
sh(`kill -CONT ${listener}`);
await pause(1_000);
play(`${EXAMPLE}/cycle.log`);
await check(
  `of ${FLOOD} frames at once those that the kernel dropped are counted, the others heard`,
  async () => {
    const { frames, dropped } = await line();
    const [heard, lost] = [frames - slow.frames, dropped - slow.dropped];
    return (lost > 0 && heard + lost === FLOOD + 33) || { heard, lost };
  },
);

text = '';
sh('ip link set vcan0 down');
await check('an interface that goes down is said', () => /vcan0 is not up/.test(text) || text);
sh('ip link set vcan0 up');
await check('and heard again when it is up', () => text.includes('listens') || text);
text = '';
sh('ip link del vcan0');
await check('an interface that is pulled out is said', () => /vcan0 is not up/.test(text) || text);
sh('ip link add dev vcan0 type vcan && ip link set vcan0 up');
await check('and heard again when it is back', () => text.includes('listens') || text);
play(`${EXAMPLE}/cycle.log`);
await check('with its values', async () => {
  const soc = await value('soc');
  return (soc.value === 80 && soc.quality === 'good') || soc;
});

dinrail.kill('SIGTERM');
const code = await Promise.race([ended, pause(PATIENCE_MS, 'it runs on')]);
await check('dinrail ends when it is told to, and leaves no candump behind', () => {
  const left = sh(`ps -o args | grep 'candump -L -d' | grep -v grep || :`);
  return (code === 0 && left === '') || { code, left };
});
other.kill();
console.log(rows.every(Boolean) ? '| all OK' : '| some are not OK');
process.exit(rows.every(Boolean) ? 0 : 1);
