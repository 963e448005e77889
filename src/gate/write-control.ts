import type { Value } from '../telemetry/point.ts';
import type { AuditRecord } from './audit-line.ts';
import type { AuditFilter } from './audit-read.ts';
import type { LeaseEntry, LockEntry } from './gate-state.ts';
import type { GatedPoint } from './gate-setup.ts';
import type { WritePreview } from './preview.ts';
import type { WearReport } from './wear.ts';
import type { WriteDoor } from './write-door.ts';
import type { Refusal, Requester, WriteOutcome } from './write-request.ts';

/** Everything that people do with the gate, for those who show and operate it. */
export interface WriteControl extends WriteDoor {
  /** What somebody typed as the point means it; the text itself where that is nothing. */
  typed(point: string, text: string): Value;
  /** What would go to the device for a value; nothing is sent. */
  preview(point: string, value: Value): Promise<WritePreview | Refusal>;
  status(): WritingStatus;
  /** Writes that ended since the start, by device and outcome. */
  counts(): readonly WriteCount[];
  /** Locks a device, or `*`; gives what went wrong. `until`: microseconds since 1970. */
  lock(scope: string, who: Requester, why: string, until?: number): Promise<Refusal | undefined>;
  unlock(scope: string, who: Requester): Promise<Refusal | undefined>;
  /** The newest records that fit, newest first. */
  audit(filter: AuditFilter): Promise<readonly AuditRecord[]>;
}

export interface WriteCount {
  readonly device: string;
  readonly outcome: WriteOutcome;
  readonly count: number;
}

export interface WritingStatus {
  /** `off`: the site writes nothing, or its gate was never opened; `problem` says what to do. */
  readonly state: 'off' | 'opening' | 'open' | 'damaged' | 'closed';
  readonly problem?: string;
  /** Networks that requests may come from. */
  readonly from: readonly string[];
  readonly points: readonly WritablePoint[];
  /** By device, or `*` for the gateway. */
  readonly locks: ReadonlyMap<string, LockEntry>;
  /** The end of the audit; noted elsewhere, it shows later that nothing was cut off. */
  readonly audit?: { readonly sequence: number; readonly hash: string };
}

/** A point that its device lets be written. */
export interface WritablePoint extends Required<GatedPoint> {
  readonly wear?: WearReport;
  readonly lease?: LeaseEntry;
}
