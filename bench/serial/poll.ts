/**
 * Reads one device on a serial line over and over with one library, and checks every answer.
 *
 *     node bench/serial/poll.ts <library> <path> <baud> <registers> <milliseconds>
 *
 * Prints one line of JSON: polls, wrong ones, and the processor time they took.
 */
import ModbusRTU from 'modbus-serial';
import { systemClock } from '../../src/base/system-clock.ts';
import { clientFor } from '../../src/client/client-for.ts';
import { readHoldingRegisters } from '../../src/codec/pdu/read-registers.ts';
import { parseTarget } from '../../src/transport/endpoint.ts';
import { registerAt } from '../server/registers.ts';

const [library = '', path = '', ...numbers] = process.argv.slice(2);
const [baud = 9600, count = 10, milliseconds = 1000] = numbers.map(Number);

type Read = () => Promise<ArrayLike<number>>;

const LIBRARIES: Readonly<Record<string, () => Promise<Read>>> = {
  async dinrail() {
    const client = clientFor(parseTarget(path, `${baud} 8N1`), { clock: systemClock });
    await client.connect();
    return async () => client.request(readHoldingRegisters, 1, { start: 0, count });
  },
  async 'modbus-serial'() {
    const client = new ModbusRTU.default();
    await client.connectRTUBuffered(path, { baudRate: baud });
    client.setID(1);
    client.setTimeout(2_000);
    return async () => (await client.readHoldingRegisters(0, count)).data;
  },
};

const read = (await LIBRARIES[library]?.()) as Read;
// The first one lets the compiler and the loader finish.
await read();
let polls = 0;
let wrong = 0;
const cpu = process.cpuUsage();
const end = performance.now() + milliseconds;
while (performance.now() < end) {
  const registers = await read();
  polls += 1;
  const last = registers[count - 1];
  if (registers.length !== count || last !== registerAt(count - 1)) wrong += 1;
}
const { user, system } = process.cpuUsage(cpu);
const cpuMs = (user + system) / 1000;
process.stdout.write(`${JSON.stringify({ polls, wrong, cpuMs })}\n`, () => {
  process.exit(0);
});
