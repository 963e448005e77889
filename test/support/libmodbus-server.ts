/**
 * Our Modbus server with the registers that libmodbus' own test client expects: `libmodbus-server.ts` prints
 * `ready PORT`, `libmodbus-server.ts /dev/pts/3` answers RTU there. scripts/libmodbus-client.sh runs that client
 * against both.
 *
 * A part of the test is of the client: it wants a server that answers late, in pieces, with a wrong number or
 * with less than was asked for. Ours does none of that, so a relay in front of it does, for those requests only.
 */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { sleep } from '../../src/base/clock.ts';
import { systemClock } from '../../src/base/system-clock.ts';
import { encodeMbap, MbapDeframer, type MbapFrame } from '../../src/codec/frame/mbap.ts';
import { encodeRtu } from '../../src/codec/frame/rtu.ts';
import { listenTcp } from '../../src/server/listen-tcp.ts';
import { serveTransport } from '../../src/server/serve-transport.ts';
import { UnitTables } from '../../src/server/unit-tables.ts';
import { dialerFor, parseTarget } from '../../src/transport/endpoint.ts';
import type { Receiver, Transport } from '../../src/transport/transport.ts';

const REGISTERS = 0x160;
const COILS = 0x130;
/** On a serial line; a TCP client may ask any. */
const UNIT = 17;

const tables = new UnitTables({
  coil: { extents: [{ start: COILS, count: 0x25 }], writable: true },
  discrete: { extents: [{ start: 0x1c4, count: 0x16 }] },
  holding: { extents: [{ start: REGISTERS, count: 0x20 }], writable: true },
  input: { extents: [{ start: 0x108, count: 1 }] },
});
const DISCRETE = [0xac, 0xdb, 0x35];
tables.discrete.setBits(
  0x1c4,
  Array.from({ length: 0x16 }, (_, bit) => ((DISCRETE[bit >> 3] ?? 0) >> (bit & 7)) & 1),
);
tables.input.set(0x108, 0x000a);

/** How the answer to a request is spoilt. */
type Spoiling =
  | { readonly kind: 'instead'; readonly pdu: readonly number[] }
  | { readonly kind: 'other id' | 'late' | 'in pieces' | 'short' };

const NAME = Buffer.from('dinrail ', 'ascii');
/** By function code and address. */
const SPECIAL: Readonly<Record<string, Spoiling>> = {
  [`5 ${COILS + 2}`]: { kind: 'instead', pdu: [0x85, 3] },
  [`6 368`]: { kind: 'instead', pdu: [0x86, 3] },
  [`3 368`]: { kind: 'instead', pdu: [0x83, 6] },
  [`3 369`]: { kind: 'other id' },
  [`3 370`]: { kind: 'late' },
  [`3 371`]: { kind: 'in pieces' },
};

let pieceMs = 8;

function spoilingOf(pdu: Uint8Array): Spoiling | undefined {
  const [code = 0, high = 0, low = 0, , count] = pdu;
  // Report Server ID, which our server does not have: an id, "runs", and a name.
  if (code === 0x11) return { kind: 'instead', pdu: [0x11, 10, 0xb4, 0xff, ...NAME] };
  const start = high * 256 + low;
  if (code === 3 && start === REGISTERS && count === 2) return { kind: 'short' };
  return SPECIAL[`${code} ${start}`];
}

/** An answer in whichever envelope: what it says, and its number or its unit. */
interface Answer {
  readonly pdu: Uint8Array;
  readonly id: number;
}

/** Sends an answer, spoilt as it is to be. */
async function send(
  { pdu, id }: Answer,
  spoiling: Spoiling | undefined,
  encode: (answer: Answer) => Uint8Array,
  write: (bytes: Uint8Array) => void,
): Promise<void> {
  const bytes = encode({
    pdu: spoiling?.kind === 'short' ? Uint8Array.of(3, 2, ...pdu.slice(2, 4)) : pdu,
    id: id ^ (spoiling?.kind === 'other id' ? 1 : 0),
  });
  if (spoiling?.kind === 'late') await sleep(systemClock, 500);
  if (spoiling?.kind !== 'in pieces' || pieceMs === 0) {
    write(bytes);
    return;
  }
  for (const byte of bytes) {
    write(Uint8Array.of(byte));
    await sleep(systemClock, pieceMs);
  }
  // The client has no patience the first time, and a little then.
  pieceMs = 0;
}

function relay(socket: Socket, port: number): void {
  const server = connect({ host: '127.0.0.1', port, noDelay: true });
  const [asked, answered] = [new MbapDeframer(), new MbapDeframer()];
  const spoilings: (Spoiling | undefined)[] = [];
  let turn: Promise<void> = Promise.resolve();
  const reply = ({ transactionId, unitId, pdu }: MbapFrame, spoiling?: Spoiling): void => {
    const encode = (answer: Answer): Uint8Array =>
      encodeMbap({ transactionId: answer.id, unitId, pdu: answer.pdu });
    const write = (bytes: Uint8Array): void => {
      socket.write(bytes);
    };
    turn = turn.then(async () => send({ pdu, id: transactionId }, spoiling, encode, write));
  };
  socket.setNoDelay(true);
  socket.on('data', (chunk) => {
    asked.push(chunk);
    for (let frame = asked.next(); frame !== undefined; frame = asked.next()) {
      const spoiling = spoilingOf(frame.pdu);
      const whole = { ...frame, pdu: Uint8Array.from(frame.pdu) };
      if (spoiling?.kind === 'instead') {
        reply({ ...whole, pdu: Uint8Array.from(spoiling.pdu) });
      } else {
        spoilings.push(spoiling);
        server.write(encodeMbap(whole));
      }
    }
  });
  server.on('data', (chunk) => {
    answered.push(chunk);
    for (let frame = answered.next(); frame !== undefined; frame = answered.next()) {
      const whole = { ...frame, pdu: Uint8Array.from(frame.pdu) };
      reply(whole, spoilings.shift());
    }
  });
  for (const [one, other] of [
    [socket, server],
    [server, socket],
  ] as const) {
    one.on('error', () => undefined);
    one.on('close', () => other.destroy());
  }
}

/** The same between our server and a serial port, where a frame comes in one piece. */
class SpoilingTransport implements Transport {
  readonly #inner: Transport;
  #spoiling: Spoiling | undefined;

  constructor(inner: Transport) {
    this.#inner = inner;
  }

  listen(receiver: Receiver): void {
    this.#inner.listen({
      data: (chunk) => {
        const pdu = chunk.subarray(1, -2);
        this.#spoiling = chunk[0] === UNIT ? spoilingOf(pdu) : undefined;
        if (this.#spoiling?.kind !== 'instead') receiver.data(chunk);
        else this.#inner.write(encodeRtu(UNIT, Uint8Array.from(this.#spoiling.pdu)));
      },
      end: (error) => {
        receiver.end(error);
      },
    });
  }

  write(bytes: Uint8Array): void {
    const encode = ({ id, pdu }: Answer): Uint8Array => encodeRtu(id, pdu);
    void send({ id: bytes[0] ?? 0, pdu: bytes.slice(1, -2) }, this.#spoiling, encode, (part) => {
      this.#inner.write(part);
    });
  }

  close(): void {
    this.#inner.close();
  }
}

async function serveSerial(path: string): Promise<void> {
  const dialer = dialerFor(parseTarget(path, '115200 8N1'));
  const transport = await dialer.dial(new AbortController().signal);
  const units = new Map([[UNIT, tables]]);
  serveTransport(new SpoilingTransport(transport), { units, clock: systemClock });
  console.log(`ready ${path}`);
}

async function serveTcp(): Promise<void> {
  const server = await listenTcp({ port: 0, units: tables, clock: systemClock });
  const front = createServer((socket) => {
    relay(socket, server.port);
  });
  front.listen(0, '127.0.0.1', () => {
    console.log(`ready ${(front.address() as AddressInfo).port}`);
  });
}

const [path] = process.argv.slice(2);
await (path === undefined ? serveTcp() : serveSerial(path));
