import { GatewayError } from '../../src/base/errors.ts';
import { ManualClock } from '../../src/base/manual-clock.ts';
import { encodeMbap, MbapDeframer, type MbapFrame } from '../../src/codec/frame/mbap.ts';
import { readHoldingRegisters } from '../../src/codec/pdu/read-registers.ts';
import type { RequestOptions } from '../../src/client/client.ts';
import { tcpClient, type TcpClientOptions } from '../../src/client/tcp-client.ts';
import { FakeDialer } from './fake-transport.ts';

/** A client whose promises are watched, on a connection whose far end is the test. */
export function tcpClientBench(options: Partial<TcpClientOptions> = {}) {
  const clock = new ManualClock();
  const dialer = new FakeDialer();
  const client = tcpClient(dialer, { clock, ...options });
  const outcomes: string[] = [];
  let asked = 0;

  /** Reads one register at an address that says which request it was. */
  const read = (requestOptions: RequestOptions = {}, unit = 1): void => {
    asked += 1;
    const name = asked;
    client
      .request(readHoldingRegisters, unit, { start: name, count: 1 }, requestOptions)
      .then((registers) => `${name}: ${registers[0]}`)
      .catch((error: unknown) => {
        const code = error instanceof GatewayError ? error.code : (error as Error).message;
        return `${name}: ${code}`;
      })
      .then((outcome) => outcomes.push(outcome))
      .catch(() => undefined);
  };
  const sent = (): MbapFrame[] => {
    const deframer = new MbapDeframer();
    const frames: MbapFrame[] = [];
    for (const bytes of dialer.transport.written) {
      deframer.push(bytes);
      for (let frame = deframer.next(); frame !== undefined;) {
        frames.push(frame);
        frame = deframer.next();
      }
    }
    return frames;
  };
  const receive = async (frame: MbapFrame): Promise<void> => {
    dialer.transport.receive(encodeMbap(frame));
    await clock.run(0);
  };
  /** Answers the nth frame that was sent with its own address as the value. */
  const answer = async (index: number, change: Partial<MbapFrame> = {}): Promise<void> => {
    const { transactionId, unitId, pdu } = sent()[index]!;
    await receive({ transactionId, unitId, pdu: Uint8Array.of(3, 2, 0, pdu[2]!), ...change });
  };
  return { clock, dialer, client, outcomes, read, sent, receive, answer };
}
