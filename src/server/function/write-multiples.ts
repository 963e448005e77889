import { bitBytes, unpackBits } from '../../codec/pdu/bits.ts';
import { EXCEPTION } from '../../codec/pdu/exception.ts';
import { MAX_REGISTERS_PER_READ } from '../../codec/pdu/read-registers.ts';
import { MAX_REGISTERS_PER_READ_WRITE } from '../../codec/pdu/read-write-registers.ts';
import { MAX_COILS_PER_WRITE } from '../../codec/pdu/write-multiple-coils.ts';
import { MAX_REGISTERS_PER_WRITE } from '../../codec/pdu/write-multiple-registers.ts';
import type { PendingWrite } from '../unit-tables.ts';
import { copyRegisters, judgeRange, pendingRead } from './reads.ts';
import { echo, u16, type Question, type ServerFunction } from './server-function.ts';

/** Write Multiple Coils. V1.1b3, section 6.11, figure 21. */
export const coilsWriter: ServerFunction = {
  judge({ tables, bytes, at, length }) {
    const count = u16(bytes, at + 3);
    if (!isBlock(bytes, at + 3, length - 3, MAX_COILS_PER_WRITE, bitBytes(count))) {
      return EXCEPTION.illegalDataValue;
    }
    const writable = tables.coil.isWritable(u16(bytes, at + 1), count);
    return writable ? 0 : EXCEPTION.illegalDataAddress;
  },
  pendingWrite({ bytes, at, unitId, peer }) {
    const count = u16(bytes, at + 3);
    const values = unpackBits(bytes.subarray(at + 6), count);
    return {
      ...{ table: 'coil', start: u16(bytes, at + 1), count, values },
      ...{ functionCode: 15, unitId, peer },
    };
  },
  perform(question, out, to) {
    const { tables, bytes, at } = question;
    const start = u16(bytes, at + 1);
    const count = u16(bytes, at + 3);
    const extent = tables.coil.find(start, count);
    if (extent !== undefined) tables.coil.copyFrom(extent, start, count, bytes, at + 6);
    tables.hooks.onWrite?.('coil', start, count);
    return echo(question, 4, out, to);
  },
};

/** Write Multiple Registers. V1.1b3, section 6.12, figure 22. */
export const registersWriter: ServerFunction = {
  judge({ tables, bytes, at, length }) {
    const count = u16(bytes, at + 3);
    if (!isBlock(bytes, at + 3, length - 3, MAX_REGISTERS_PER_WRITE, count * 2)) {
      return EXCEPTION.illegalDataValue;
    }
    const writable = tables.holding.isWritable(u16(bytes, at + 1), count);
    return writable ? 0 : EXCEPTION.illegalDataAddress;
  },
  pendingWrite: (question) => pendingRegisters(question, 1),
  perform(question, out, to) {
    applyRegisters(question, 1);
    return echo(question, 4, out, to);
  },
};

/** Read/Write Multiple Registers. V1.1b3, section 6.17, figure 27: the write comes first. */
export const readWriter: ServerFunction = {
  judge({ tables, bytes, at, length }) {
    const readCount = u16(bytes, at + 3);
    const writeCount = u16(bytes, at + 7);
    const sound =
      readCount >= 1 &&
      readCount <= MAX_REGISTERS_PER_READ &&
      isBlock(bytes, at + 7, length - 7, MAX_REGISTERS_PER_READ_WRITE, writeCount * 2);
    if (!sound) return EXCEPTION.illegalDataValue;
    const writable = tables.holding.isWritable(u16(bytes, at + 5), writeCount);
    if (!writable) return EXCEPTION.illegalDataAddress;
    return judgeRange(tables.holding, u16(bytes, at + 1), readCount);
  },
  pendingRead: (question) => pendingRead(question, 'holding'),
  pendingWrite: (question) => pendingRegisters(question, 5),
  perform(question, out, to) {
    const { tables, bytes, at } = question;
    applyRegisters(question, 5);
    return copyRegisters(tables.holding, u16(bytes, at + 1), u16(bytes, at + 3), out, to);
  },
};

/**
 * Count, byte count and data from `at` to the end of the PDU, `rest` bytes: all three must fit each
 * other. A length or byte count that was believed alone is the oldest hole of Modbus servers.
 */
function isBlock(
  bytes: Uint8Array,
  at: number,
  rest: number,
  maxCount: number,
  size: number,
): boolean {
  const count = u16(bytes, at);
  return rest === 3 + size && bytes[at + 2] === size && count >= 1 && count <= maxCount;
}

/** Start, count, byte count and registers lie `offset` bytes behind the function code. */
function applyRegisters({ tables, bytes, at }: Question, offset: number): void {
  const from = at + offset;
  const start = u16(bytes, from);
  const count = u16(bytes, from + 2);
  const extent = tables.holding.find(start, count);
  if (extent !== undefined) tables.holding.copyFrom(extent, start, count, bytes, from + 5);
  tables.hooks.onWrite?.('holding', start, count);
}

function pendingRegisters({ bytes, at, unitId, peer }: Question, offset: number): PendingWrite {
  const from = at + offset;
  const count = u16(bytes, from + 2);
  const values = Uint16Array.from({ length: count }, (_, index) =>
    u16(bytes, from + 5 + index * 2),
  );
  const functionCode = bytes[at] ?? 0;
  return { table: 'holding', start: u16(bytes, from), count, values, functionCode, unitId, peer };
}
