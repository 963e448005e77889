import type { WriteGate } from './write-gate.ts';

/** What somebody who brings wishes needs of the gate. It answers on a site that writes nothing, too. */
export type WriteDoor = Pick<WriteGate, 'write' | 'writeAll' | 'renew'>;
