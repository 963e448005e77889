/**
 * Polls one server with one library, always `depth` requests under way on each connection, and checks
 * every answer.
 *
 *     node bench/client/poll.ts <library> <port> <connections> <depth> <milliseconds>
 *
 * Prints one line of JSON: answers, wrong ones, the time, the processor time of each and the memory.
 */
import { COUNT, registerAt } from '../server/registers.ts';
import type { Connection, Library } from './library.ts';

const [name = '', ...numbers] = process.argv.slice(2);
const [port = 0, connections = 1, depth = 1, milliseconds = 1000] = numbers.map(Number);
const LAST = COUNT - 1;
const WARM_UP_MS = 500;

let answers = 0;
let wrong = 0;
let running = true;

async function poll(connection: Connection): Promise<void> {
  while (running) {
    const registers = await connection.read();
    answers += 1;
    const isRight =
      registers.length === COUNT &&
      registers[0] === registerAt(0) &&
      registers[LAST] === registerAt(LAST);
    if (!isRight) wrong += 1;
  }
}

const { library } = (await import(`./${name}.ts`)) as { library: Library };
const open = await Promise.all(
  Array.from({ length: connections }, async () => library.connect(port, depth)),
);
let start = performance.now();
let cpu = process.cpuUsage();
for (const connection of open) {
  for (let index = 0; index < depth; index += 1) {
    poll(connection).catch((error: unknown) => {
      wrong += 1;
      console.error(error);
    });
  }
}
setTimeout(() => {
  // The compiler has finished with what matters.
  answers = 0;
  start = performance.now();
  cpu = process.cpuUsage();
}, WARM_UP_MS);
setTimeout(() => {
  running = false;
  const elapsedMs = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  const cpuMicros = (user + system) / answers;
  const rss = process.memoryUsage.rss();
  process.stdout.write(`${JSON.stringify({ answers, wrong, elapsedMs, cpuMicros, rss })}\n`, () => {
    process.exit(0);
  });
}, WARM_UP_MS + milliseconds);
