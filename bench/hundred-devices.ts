/**
 * What `dinrail run` costs with a hundred devices, and with five: `node bench/hundred-devices.ts`.
 * How to read it: bench/README.md.
 */
import { parseArgs } from 'node:util';
import { CAN_PIN, cpuSeconds } from './child.ts';
import { compileProgram, memoryMb, pause, startDevices, startGateway } from './gateway/run.ts';
import { textTable } from './table.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '20' },
    /** For `--cpu-prof` and the like, separated by spaces. */
    node: { type: 'string', default: '' },
  },
});

const REGISTERS = 100;
const MAIN = await compileProgram();
const WARM_UP_MS = 5_000;

interface Case {
  readonly name: string;
  readonly devices: number;
  readonly every: string;
  /** Share of the registers that have another value each second. */
  readonly changing: number;
  readonly mostCpu: number;
  readonly mostMb: number;
}

const CASES: readonly Case[] = [
  {
    ...{ name: '5 devices every 10 s', devices: 5, every: '10s', changing: 0.1 },
    ...{ mostCpu: 0.15, mostMb: 90 },
  },
  {
    ...{ name: '100 every second, a tenth changes', devices: 100, every: '1s', changing: 0.1 },
    ...{ mostCpu: 0.15, mostMb: 120 },
  },
  {
    ...{ name: '100 every second, all changes', devices: 100, every: '1s', changing: 1 },
    ...{ mostCpu: 0.15, mostMb: 120 },
  },
];

function siteOf(ports: readonly number[], every: string): string {
  const points = Array.from({ length: REGISTERS }, (_, at) => `      r${at}: hr:${at} u16\n`).join(
    '',
  );
  const devices = ports.map(
    (port, index) =>
      `  d${index}:\n    at: tcp://127.0.0.1:${port}\n    every: ${every}\n    points:\n${points}`,
  );
  return `devices:\n${devices.join('')}`;
}

async function measure({ name, devices, every, changing, mostCpu, mostMb }: Case) {
  const peers = await startDevices(devices, { registers: REGISTERS, changing });
  const nodeArgs = values.node.split(' ').filter((arg) => arg !== '');
  const gateway = await startGateway(MAIN, siteOf(peers.ports, every), nodeArgs);
  try {
    await pause(WARM_UP_MS);
    const before = await gateway.devices();
    const [cpu, startedAt] = [cpuSeconds(gateway.pid), performance.now()];
    await pause(Number(values.seconds) * 1000);
    const seconds = (performance.now() - startedAt) / 1000;
    const share = (cpuSeconds(gateway.pid) - cpu) / seconds;
    const after = await gateway.devices();
    const { now, most } = memoryMb(gateway.pid);
    const sum = (all: typeof after, key: 'polls' | 'skipped' | 'failures'): number =>
      all.reduce((total, device) => total + device[key], 0);
    const lost =
      sum(after, 'skipped') +
      sum(after, 'failures') -
      sum(before, 'skipped') -
      sum(before, 'failures');
    const isWithin = share <= mostCpu && now <= mostMb && lost === 0;
    return {
      isWithin,
      row: [
        name,
        ((sum(after, 'polls') - sum(before, 'polls')) / seconds).toFixed(1),
        String(lost),
        `${(share * 100).toFixed(1)} %`,
        `${(mostCpu * 100).toFixed(0)} %`,
        now.toFixed(0),
        most.toFixed(0),
        mostMb.toFixed(0),
        isWithin ? '' : 'MISSED',
      ],
    };
  } finally {
    await gateway.stop();
    peers.child.kill();
  }
}

const rows: string[][] = [
  ['', 'polls/s', 'lost', 'of a core', 'target', 'RSS MB', 'at most', 'target', ''],
];
for (const one of CASES) {
  const { row, isWithin } = await measure(one);
  rows.push(row);
  if (!isWithin) process.exitCode = 1;
}
console.log(
  `${REGISTERS} registers for each device, the page switched on and not open, ` +
    `${CAN_PIN ? '' : 'not '}pinned`,
);
console.log(textTable(rows));
