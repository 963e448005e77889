import { u16 } from './function/server-function.ts';

const READS: Readonly<Record<number, string>> = { 1: 'co', 2: 'di', 3: 'hr', 4: 'ir' };
const WRITES: Readonly<Record<number, string>> = { 5: 'co', 6: 'hr', 15: 'co', 16: 'hr', 22: 'hr' };

/**
 * A request in a few words, addresses as people write them in a configuration: `read hr:100+4`,
 * `write co:7`. Of a request that is cut only the function code is told.
 */
export function describeRequest(pdu: Uint8Array): string {
  const [functionCode = 0] = pdu;
  const read = READS[functionCode];
  const write = WRITES[functionCode];
  const start = u16(pdu, 1);
  const count = u16(pdu, 3);
  if (pdu.length < 5) return `function ${functionCode}`;
  if (read !== undefined) return `read ${read}:${start}+${count}`;
  if (write !== undefined) {
    return functionCode === 15 || functionCode === 16
      ? `write ${write}:${start}+${count}`
      : `write ${write}:${start}`;
  }
  if (functionCode === 23 && pdu.length >= 9) {
    return `read hr:${start}+${count}, write hr:${u16(pdu, 5)}+${u16(pdu, 7)}`;
  }
  return `function ${functionCode}`;
}
