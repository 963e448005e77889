import type { LineCounters } from './client.ts';

export function lineCounters(): LineCounters {
  return {
    ...{ requests: 0, answers: 0, exceptions: 0, timeouts: 0, damaged: 0, late: 0, foreign: 0 },
    ...{ connects: 0, connectFailures: 0, busyMs: 0 },
  };
}
