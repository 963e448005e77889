import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { systemClock } from '../../src/base/system-clock.ts';
import { encodeMbap, MbapDeframer } from '../../src/codec/frame/mbap.ts';
import { listenTcp, type ModbusServer } from '../../src/server/listen-tcp.ts';
import { UnitTables } from '../../src/server/unit-tables.ts';
import { runProgramToEnd, type Finished } from './program.ts';

/** Of this test file alone; gone after it. */
export const folder = mkdtempSync(join(tmpdir(), 'dinrail-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

export const state = join(folder, 'state');
export const lastScan = join(state, 'dinrail', 'last-scan.json');

/** Runs the program with a state folder of its own. */
export async function dinrail(...args: readonly string[]): Promise<Finished> {
  return runProgramToEnd(args, { XDG_STATE_HOME: state });
}

/** Holding registers 0 to 3199, with a mains frequency where a PM8000 has it. */
export function meter(): UnitTables {
  const tables = new UnitTables({ holding: { extents: [{ start: 0, count: 3300 }] } });
  tables.holding.setRegisters(3109, [0x4248, 0x0000]);
  return tables;
}

export const closing: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const close of closing) await close();
});

/** A gateway: units that are there answer, the others are silent or apologised for. */
export async function gateway(
  units: ReadonlyMap<number, UnitTables> | UnitTables,
  unknownUnit: 'exception' | 'silence' = 'exception',
): Promise<ModbusServer> {
  const server = await listenTcp({ port: 0, units, unknownUnit, clock: systemClock });
  closing.push(async () => server.close());
  return server;
}

/** Answers each request PDU of Modbus TCP as it likes; undefined is silence. */
export async function responder(
  answer: (unit: number, pdu: Uint8Array) => Uint8Array | undefined,
): Promise<number> {
  const server: Server = createServer((socket) => {
    const deframer = new MbapDeframer();
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Uint8Array) => {
      deframer.push(Uint8Array.from(chunk));
      for (let frame = deframer.next(); frame !== undefined; frame = deframer.next()) {
        const pdu = answer(frame.unitId, frame.pdu);
        if (pdu !== undefined) socket.write(encodeMbap({ ...frame, pdu }));
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(async () => void server.close());
  return (server.address() as AddressInfo).port;
}

export const exception = (pdu: Uint8Array, code: number): Uint8Array =>
  Uint8Array.of((pdu[0] ?? 0) | 0x80, code);
