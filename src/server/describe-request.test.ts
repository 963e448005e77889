import { expect, test } from 'vitest';
import { describeRequest } from './describe-request.ts';

test.each([
  ['01 0013 000A', 'read co:19+10'],
  ['02 0000 0001', 'read di:0+1'],
  ['03 0064 0004', 'read hr:100+4'],
  ['04 FFFF 0002', 'read ir:65535+2'],
  ['05 0007 FF00', 'write co:7'],
  ['06 0007 0001', 'write hr:7'],
  ['0F 0007 0002 01 03', 'write co:7+2'],
  ['10 0007 0001 02 0001', 'write hr:7+1'],
  ['16 0007 0001 0002', 'write hr:7'],
  ['17 0001 0002 0003 0001 02 0000', 'read hr:1+2, write hr:3+1'],
  ['17 0001 0002', 'function 23'],
  ['2B 0E 01 00 00', 'function 43'],
  ['03', 'function 3'],
  ['', 'function 0'],
])('%s is told as %s', (pdu, words) => {
  expect(describeRequest(Buffer.from(pdu.replaceAll(' ', ''), 'hex'))).toBe(words);
});
