import { EXCEPTION } from '../../codec/pdu/exception.ts';
import { bitBytes } from '../../codec/pdu/bits.ts';
import { MAX_BITS_PER_READ } from '../../codec/pdu/read-bits.ts';
import { MAX_REGISTERS_PER_READ } from '../../codec/pdu/read-registers.ts';
import type { BitTable } from '../bit-table.ts';
import type { RegisterTable } from '../register-table.ts';
import type { PendingRead, UnitTables } from '../unit-tables.ts';
import type { WireTable } from '../wire-table.ts';
import { u16, type Question, type ServerFunction } from './server-function.ts';

/** Read Coils and Read Discrete Inputs. V1.1b3, sections 6.1 and 6.2, figures 11 and 12. */
export function bitReader(
  table: 'coil' | 'discrete',
  tableOf: (tables: UnitTables) => BitTable,
): ServerFunction {
  return {
    pendingRead: (question) => pendingRead(question, table),
    judge: (question) => judgeRead(question, tableOf(question.tables), MAX_BITS_PER_READ),
    perform({ tables, bytes, at }, out, to) {
      const bits = tableOf(tables);
      const start = u16(bytes, at + 1);
      const count = u16(bytes, at + 3);
      const extent = bits.find(start, count);
      if (extent === undefined) return 0;
      const size = bitBytes(count);
      out[to] = size;
      bits.copyTo(extent, start, count, out, to + 1);
      return 1 + size;
    },
  };
}

/** Read Holding Registers and Read Input Registers. V1.1b3, sections 6.3 and 6.4. */
export function registerReader(
  table: 'holding' | 'input',
  tableOf: (tables: UnitTables) => RegisterTable,
): ServerFunction {
  return {
    pendingRead: (question) => pendingRead(question, table),
    judge: (question) => judgeRead(question, tableOf(question.tables), MAX_REGISTERS_PER_READ),
    perform({ tables, bytes, at }, out, to) {
      return copyRegisters(tableOf(tables), u16(bytes, at + 1), u16(bytes, at + 3), out, to);
    },
  };
}

/** The table, start and count of a read; the request has been judged. */
export function pendingRead(
  { bytes, at, unitId, peer }: Question,
  table: PendingRead['table'],
): PendingRead {
  const [start, count] = [u16(bytes, at + 1), u16(bytes, at + 3)];
  return { table, start, count, functionCode: bytes[at] ?? 0, unitId, peer };
}

/** Byte count and registers; the range has been judged. */
export function copyRegisters(
  table: RegisterTable,
  start: number,
  count: number,
  out: Uint8Array,
  to: number,
): number {
  const extent = table.find(start, count);
  if (extent === undefined) return 0;
  out[to] = count * 2;
  table.copyTo(extent, start, count, out, to + 1);
  return 1 + count * 2;
}

function judgeRead({ bytes, at, length }: Question, table: WireTable, maxCount: number): number {
  // A length that the function cannot have is a fault in the structure of the request: section 7.
  if (length !== 5) return EXCEPTION.illegalDataValue;
  const count = u16(bytes, at + 3);
  if (count < 1 || count > maxCount) return EXCEPTION.illegalDataValue;
  return judgeRange(table, u16(bytes, at + 1), count);
}

/** The address exists, to the last one, and has a value to give. */
export function judgeRange(table: WireTable, start: number, count: number): number {
  const extent = table.find(start, count);
  if (extent === undefined) return EXCEPTION.illegalDataAddress;
  return table.exceptionIn(extent, start, count);
}
