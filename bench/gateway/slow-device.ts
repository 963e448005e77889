/**
 * A Modbus TCP device that answers every unit id after a while: `slow-device.ts MILLISECONDS`. Prints
 * `ready PORT`. It answers one request after the other, as a serial line behind a converter does.
 */
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { MbapDeframer, encodeMbap, type MbapFrame } from '../../src/codec/frame/mbap.ts';

const [milliseconds = 5] = process.argv.slice(2).map(Number);

function answerOf({ pdu }: MbapFrame): Uint8Array {
  if (pdu[0] === 6) return Uint8Array.from(pdu);
  const count = pdu[4] ?? 0;
  const answer = new Uint8Array(2 + count * 2);
  answer.set([pdu[0] ?? 0, count * 2]);
  return answer;
}

function serve(socket: Socket): void {
  const deframer = new MbapDeframer();
  const waiting: MbapFrame[] = [];
  let isBusy = false;
  const next = (): void => {
    const frame = waiting.shift();
    isBusy = frame !== undefined;
    if (frame === undefined) return;
    setTimeout(() => {
      socket.write(encodeMbap({ ...frame, pdu: answerOf(frame) }));
      next();
    }, milliseconds);
  };
  socket.setNoDelay(true);
  socket.on('error', () => undefined);
  socket.on('data', (chunk) => {
    deframer.push(chunk);
    for (let frame = deframer.next(); frame !== undefined; frame = deframer.next()) {
      waiting.push({ ...frame, pdu: Uint8Array.from(frame.pdu) });
    }
    if (!isBusy) next();
  });
}

const server = createServer(serve);
server.listen(0, '127.0.0.1', () => {
  console.log(`ready ${(server.address() as AddressInfo).port}`);
});
