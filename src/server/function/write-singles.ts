import { EXCEPTION } from '../../codec/pdu/exception.ts';
import { maskedRegister } from '../../codec/pdu/mask-write-register.ts';
import { COIL_OFF, COIL_ON } from '../../codec/pdu/write-single-coil.ts';
import type { PendingWrite } from '../unit-tables.ts';
import type { WireTable } from '../wire-table.ts';
import { echo, u16, type Question, type ServerFunction } from './server-function.ts';

/** Write Single Coil. V1.1b3, section 6.5, figure 15. */
export const coilWriter: ServerFunction = {
  judge({ tables, bytes, at, length }) {
    if (length !== 5) return EXCEPTION.illegalDataValue;
    const value = u16(bytes, at + 3);
    if (value !== COIL_ON && value !== COIL_OFF) return EXCEPTION.illegalDataValue;
    return judgeAddress(tables.coil, u16(bytes, at + 1));
  },
  pendingWrite(question) {
    const on = u16(question.bytes, question.at + 3) === COIL_ON;
    return single(question, 'coil', Uint8Array.of(on ? 1 : 0));
  },
  perform(question, out, to) {
    const { tables, bytes, at } = question;
    const address = u16(bytes, at + 1);
    tables.coil.set(address, u16(bytes, at + 3) === COIL_ON);
    tables.hooks.onWrite?.('coil', address, 1);
    return echo(question, 4, out, to);
  },
};

/** Write Single Register. V1.1b3, section 6.6, figure 16. Every value is a legal one. */
export const registerWriter: ServerFunction = {
  judge({ tables, bytes, at, length }) {
    if (length !== 5) return EXCEPTION.illegalDataValue;
    return judgeAddress(tables.holding, u16(bytes, at + 1));
  },
  pendingWrite: (question) =>
    single(question, 'holding', Uint16Array.of(u16(question.bytes, question.at + 3))),
  perform(question, out, to) {
    const { tables, bytes, at } = question;
    const address = u16(bytes, at + 1);
    tables.holding.set(address, u16(bytes, at + 3));
    tables.hooks.onWrite?.('holding', address, 1);
    return echo(question, 4, out, to);
  },
};

/** Mask Write Register. V1.1b3, section 6.16, figure 26. */
export const maskWriter: ServerFunction = {
  judge({ tables, bytes, at, length }) {
    if (length !== 7) return EXCEPTION.illegalDataValue;
    return judgeAddress(tables.holding, u16(bytes, at + 1));
  },
  pendingWrite: (question) => single(question, 'holding', Uint16Array.of(masked(question))),
  perform(question, out, to) {
    const { tables, bytes, at } = question;
    const address = u16(bytes, at + 1);
    tables.holding.set(address, masked(question));
    tables.hooks.onWrite?.('holding', address, 1);
    return echo(question, 6, out, to);
  },
};

function masked({ tables, bytes, at }: Question): number {
  const current = tables.holding.get(u16(bytes, at + 1));
  return maskedRegister(current, u16(bytes, at + 3), u16(bytes, at + 5));
}

function judgeAddress(table: WireTable, address: number): number {
  return table.isWritable(address, 1) ? 0 : EXCEPTION.illegalDataAddress;
}

function single(
  { bytes, at, unitId, peer }: Question,
  table: 'coil' | 'holding',
  values: Uint16Array | Uint8Array,
): PendingWrite {
  const functionCode = bytes[at] ?? 0;
  return { table, start: u16(bytes, at + 1), count: 1, values, functionCode, unitId, peer };
}
