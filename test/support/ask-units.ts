import type { Clock } from '../../src/base/clock.ts';
import { AnswerBuffer } from '../../src/server/answer-buffer.ts';
import { MbapServerCore } from '../../src/server/mbap-core.ts';
import { serverCounters } from '../../src/server/service.ts';
import type { Units } from '../../src/server/unit-tables.ts';

/** Asks what a listener would answer from: a request PDU in hex, and the answer PDU in hex. */
export type Ask = (pdu: string, unitId?: number, peer?: string) => string;

export function askerOf(units: Units, clock: Clock): Ask {
  const counters = serverCounters();
  const service = {
    ...{ units, unknownUnit: 'exception' as const, interceptor: undefined, clock, counters },
  };
  return (pdu, unitId = 1, peer = '127.0.0.1:40000') => {
    const core = new MbapServerCore(service, peer, () => undefined);
    const out = new AnswerBuffer();
    const body = Buffer.from(pdu.replaceAll(' ', ''), 'hex');
    core.receive(Buffer.from([0, 1, 0, 0, 0, body.length + 1, unitId, ...body]), clock.now(), out);
    return out.view().subarray(7).toString('hex').toUpperCase();
  };
}
