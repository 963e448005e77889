/**
 * Devices on free ports of this machine: `devices.ts COUNT REGISTERS CHANGING SILENT`. The first SILENT of
 * them accept and never answer; a share CHANGING of the registers of the others has another value every
 * second. Prints `ready PORT…`.
 */
import { createServer, type AddressInfo } from 'node:net';
import { systemClock } from '../../src/base/system-clock.ts';
import { listenTcp } from '../../src/server/listen-tcp.ts';
import { plainImage } from '../../src/server/unit-tables.ts';

const [count = 1, registers = 100, changing = 1, silent = 0] = process.argv.slice(2).map(Number);

async function mute(): Promise<number> {
  const server = createServer((socket) => socket.on('error', () => undefined).resume());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

const ports: number[] = [];
for (let index = 0; index < count; index += 1) {
  if (index < silent) {
    ports.push(await mute());
    continue;
  }
  const units = plainImage({ holding: registers });
  let round = 0;
  const change = (): void => {
    round += 1;
    for (let at = 0; at < registers * changing; at += 1) {
      units.holding.set(at, (round * 7 + at) & 0xffff);
    }
    systemClock.alarm(systemClock.now() + 1000, change);
  };
  change();
  ports.push((await listenTcp({ port: 0, units, clock: systemClock })).port);
}
console.log(`ready ${ports.join(' ')}`);
