import type { RefusalCode, WriteCode, WriteOutcome } from '../gate/write-request.ts';

/** The status of HTTP for what became of a write (RFC 9110, section 15). */
export function writeStatus(outcome: WriteOutcome, code: WriteCode): number {
  switch (outcome) {
    case 'confirmed':
    case 'unchanged':
      return 200;
    case 'failed':
      return 502;
    case 'unknown':
      return 504;
    case 'refused':
      return REFUSED[code as RefusalCode];
  }
}

/** 403: not allowed. 409: not now. 422: not this value. 503: the gateway itself cannot. */
const REFUSED: Readonly<Record<RefusalCode, number>> = {
  'invalid-request': 400,
  'unknown-point': 404,
  ...{ 'writes-off': 403, 'device-off': 403, 'not-writable': 403, role: 403, address: 403 },
  ...{ named: 403, locked: 403 },
  ...{ type: 422, enum: 422, 'not-encodable': 422, 'no-limits': 422, range: 422, step: 422 },
  'max-change': 422,
  ...{ 'key-reused': 409, maintenance: 409, interlock: 409, 'interlock-unknown': 409 },
  ...{ 'device-down': 409, quality: 409, stale: 409, 'present-unknown': 409, rate: 409 },
  ...{ 'wear-life': 409, 'wear-day': 409, 'no-lease': 409, 'lease-renewed': 409 },
  ...{ 'batch-stopped': 409, 'queue-full': 503, expired: 504 },
  ...{ closed: 503, 'state-damaged': 503, 'audit-failed': 503, 'disk-failed': 503 },
};

/** What to do about each; the message says what was found. */
export const WRITE_FIXES: Readonly<Record<WriteCode, string>> = {
  closed: 'ask again in a moment',
  'state-damaged':
    'put the named file of the folder gate back from a copy, or move it away, and start again',
  'invalid-request': 'docs/writing.md says what is expected',
  'key-reused': 'take a new Idempotency-Key for another value',
  'unknown-point': 'GET /api/v1/writes lists the points that can be written',
  'writes-off': 'writes: local in the site file allows them from this machine',
  'device-off': 'list the point under writes of its device',
  'not-writable': 'list the point under writes of its device; its profile has to say rw or wo',
  named: 'write the point that the register belongs to',
  locked: 'unlock writing in the workbench, with a reason',
  role: 'ask with the token of somebody who may',
  address: 'add the address to writes: { from: [...] } of the site file',
  maintenance: 'wait until the lock is taken away: dinrail maintenance status',
  type: 'send a value of the type of the point',
  enum: 'send one of the known states',
  'not-encodable': 'send a value that the registers can hold',
  'no-limits': 'give the point min and max in its write rules',
  range: 'send a value within the limits',
  step: 'send a multiple of the step',
  'batch-stopped': 'look at the write that did not go through',
  'queue-full': 'ask again when the writes before have ended',
  expired: 'ask again, or give it a longer ttlMs',
  'device-down': 'wait until the device answers again',
  quality: 'wait until the value of the point is good',
  stale: 'wait for the next poll, or poll it more often',
  interlock: 'meet the condition first',
  'interlock-unknown': 'see to it that the points of the condition are good',
  'present-unknown': 'see to it that the present value can be read',
  'max-change': 'go in smaller steps',
  rate: 'wait, and ask again',
  'wear-life': 'the register has reached the end of its life; write another point of the device',
  'wear-day': 'wait until tomorrow, or write another point of the device',
  'no-lease': 'write the value again',
  'lease-renewed': 'nothing: somebody has renewed it',
  'audit-failed': 'make room on the disk',
  'disk-failed': 'make room on the disk',
  'read-back': 'nothing',
  acknowledged: 'nothing',
  'seen-after-timeout': 'nothing',
  equal: 'nothing',
  renewed: 'nothing',
  differs: 'look at the device: it has its own limits or mode',
  'device-refused': 'look at the device: it has its own limits or mode',
  'not-sent': 'look at the line, then ask again',
  'no-answer': 'look at the value before you write again',
  'not-verified': 'look at the value before you write again',
  interrupted: 'look at the value before you write again',
};
