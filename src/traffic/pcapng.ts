import type { Framing } from './explain-frame.ts';
import type { RecordedFrame } from './frame-ring.ts';

/** A line as a capture has it. */
export interface CapturedLine {
  readonly name: string;
  readonly framing: Framing;
}

/** Link types of tcpdump.org: Ethernet, and the serial line of an RTAC, which knows directions. */
const ETHERNET = 1;
const RTAC_SERIAL = 250;

/** A port on which every analyser expects Modbus. */
const MODBUS_PORT = 502;
/** The port of the gateway on the first line; each line has one of its own. */
const CLIENT_PORT = 50_000;

/**
 * Frames as a PCAPNG file (draft-ietf-opsawg-pcapng), one interface for each line. Modbus TCP comes in packets
 * that are made up around it, for analysers decode it there by themselves; RTU as bytes of a serial line, in
 * Wireshark by "Decode As: RTAC Serial, Modbus RTU". Times are those of the frames. Timeouts are left out.
 */
export function pcapng(
  frames: readonly RecordedFrame[],
  lines: readonly CapturedLine[],
): Uint8Array {
  const blocks = [sectionHeader(), ...lines.map(interfaceBlock)];
  const streams = lines.map((_, index) => new TcpStream(CLIENT_PORT + index));
  for (const frame of frames) {
    const index = lines.findIndex(({ name }) => name === frame.line);
    const line = lines[index];
    if (line === undefined || frame.bytes.length === 0) continue;
    const packet = line.framing === 'mbap' ? streams[index]?.packet(frame) : serialPacket(frame);
    if (packet !== undefined) blocks.push(packetBlock(index, frame.at, packet));
  }
  return join(blocks);
}

const LITTLE = true;

function sectionHeader(): Uint8Array {
  const body = new DataView(new ArrayBuffer(16));
  body.setUint32(0, 0x1a2b3c4d, LITTLE);
  body.setUint16(4, 1, LITTLE);
  body.setBigInt64(8, -1n, LITTLE);
  return block(0x0a0d0d0a, new Uint8Array(body.buffer));
}

function interfaceBlock({ name, framing }: CapturedLine): Uint8Array {
  const head = new DataView(new ArrayBuffer(8));
  head.setUint16(0, framing === 'mbap' ? ETHERNET : RTAC_SERIAL, LITTLE);
  head.setUint32(4, 0, LITTLE);
  const text = new TextEncoder().encode(name).subarray(0, 200);
  const option = new DataView(new ArrayBuffer(4));
  option.setUint16(0, 2, LITTLE);
  option.setUint16(2, text.length, LITTLE);
  const end = new Uint8Array(4);
  return block(
    1,
    join([new Uint8Array(head.buffer), new Uint8Array(option.buffer), padded(text), end]),
  );
}

/** Enhanced Packet Block, with microseconds. */
function packetBlock(index: number, at: number, packet: Uint8Array): Uint8Array {
  const head = new DataView(new ArrayBuffer(20));
  head.setUint32(0, index, LITTLE);
  head.setUint32(4, Math.floor(at / 0x1_0000_0000), LITTLE);
  head.setUint32(8, at % 0x1_0000_0000, LITTLE);
  head.setUint32(12, packet.length, LITTLE);
  head.setUint32(16, packet.length, LITTLE);
  return block(6, join([new Uint8Array(head.buffer), padded(packet)]));
}

function block(type: number, body: Uint8Array): Uint8Array {
  const size = body.length + 12;
  const out = new Uint8Array(size);
  const view = new DataView(out.buffer);
  view.setUint32(0, type, LITTLE);
  view.setUint32(4, size, LITTLE);
  out.set(body, 8);
  view.setUint32(size - 4, size, LITTLE);
  return out;
}

function padded(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array((bytes.length + 3) & ~3);
  out.set(bytes);
  return out;
}

/** The header of an RTAC: time, event (2 sent, 3 received), control lines, footer. */
function serialPacket({ at, direction, bytes }: RecordedFrame): Uint8Array {
  const out = new Uint8Array(12 + bytes.length);
  const view = new DataView(out.buffer);
  view.setUint32(0, Math.floor(at / 1_000_000));
  view.setUint32(4, at % 1_000_000);
  out[8] = direction === 'sent' ? 2 : 3;
  out.set(bytes, 12);
  return out;
}

const ETHERNET_SIZE = 14;
const IP_SIZE = 20;
const TCP_SIZE = 20;

/** One connection of made-up addresses: 10.0.0.1 is the gateway, 10.0.0.2 the device. */
class TcpStream {
  readonly #port: number;
  #sent = 1;
  #received = 1;

  constructor(port: number) {
    this.#port = port;
  }

  packet({ direction, bytes }: RecordedFrame): Uint8Array {
    const isSent = direction === 'sent';
    const out = new Uint8Array(ETHERNET_SIZE + IP_SIZE + TCP_SIZE + bytes.length);
    const view = new DataView(out.buffer);
    out.set([2, 0, 0, 0, 0, isSent ? 2 : 1, 2, 0, 0, 0, 0, isSent ? 1 : 2, 8, 0]);
    view.setUint16(ETHERNET_SIZE, 0x4500);
    view.setUint16(ETHERNET_SIZE + 2, IP_SIZE + TCP_SIZE + bytes.length);
    view.setUint16(ETHERNET_SIZE + 6, 0x4000);
    view.setUint16(ETHERNET_SIZE + 8, 0x4006);
    out.set([10, 0, 0, isSent ? 1 : 2, 10, 0, 0, isSent ? 2 : 1], ETHERNET_SIZE + 12);
    view.setUint16(ETHERNET_SIZE + 10, ipChecksum(view));
    const tcp = ETHERNET_SIZE + IP_SIZE;
    view.setUint16(tcp, isSent ? this.#port : MODBUS_PORT);
    view.setUint16(tcp + 2, isSent ? MODBUS_PORT : this.#port);
    view.setUint32(tcp + 4, isSent ? this.#sent : this.#received);
    view.setUint32(tcp + 8, isSent ? this.#received : this.#sent);
    // Header of five words, PSH and ACK.
    view.setUint16(tcp + 12, 0x5018);
    view.setUint16(tcp + 14, 0xffff);
    out.set(bytes, tcp + TCP_SIZE);
    if (isSent) this.#sent += bytes.length;
    else this.#received += bytes.length;
    return out;
  }
}

/** RFC 791, section 3.1. */
function ipChecksum(view: DataView): number {
  let sum = 0;
  for (let at = 0; at < IP_SIZE; at += 2) sum += view.getUint16(ETHERNET_SIZE + at);
  return ~((sum & 0xffff) + (sum >> 16)) & 0xffff;
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((size, { length }) => size + length, 0));
  let at = 0;
  for (const bytes of parts) {
    out.set(bytes, at);
    at += bytes.length;
  }
  return out;
}
