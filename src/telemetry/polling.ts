/** Why a device is not asked, for everybody who looks at it. */
export interface PauseNote {
  readonly who: string;
  readonly why: string;
  /** Microseconds since 1970. */
  readonly at: number;
  /** False: it ends with the program, because nothing is kept on a disk. */
  readonly isKept: boolean;
}

/** One request of the plan of a device, as it runs. */
export interface PlannedRequest {
  /** `hr:2999` */
  readonly start: string;
  readonly count: number;
  readonly everyMs: number;
  /** Names of the points that its answer brings. */
  readonly points: readonly string[];
  /** Registers or bits that are read although nobody wants them. */
  readonly gaps: number;
  /** `refused`: the device does not have it, and is asked for it now and then. */
  readonly state: 'unread' | 'good' | 'overdue' | 'stale' | 'bad' | 'refused';
  /** What it takes on the wire, with turnaround, in milliseconds, where the speed of the line is known. */
  readonly wireMs?: number;
}

/** How the questions to a device go. */
export interface PollReport {
  /** How often an answer fell into each class of `ANSWER_TIME_ENDS`, since the line began. */
  readonly answerTimes: readonly number[];
  /** Milliseconds, of late; absent before the first answer. */
  readonly meanMs?: number;
  readonly requests: readonly PlannedRequest[];
}

/** Somebody who operates polling. */
export interface Operator {
  readonly name: string;
  readonly role: 'viewer' | 'operator' | 'admin';
  readonly from: string;
}

/** Why something was not done. */
export interface PollRefusal {
  readonly code: 'unknown-device' | 'not-polled' | 'paused' | 'too-soon' | 'no-reason';
  readonly message: string;
}

/** What people do with the polling of a device. */
export interface PollControl {
  /** Undefined where there is no such device, or nobody asks it. */
  report(device: string): PollReport | undefined;
  /** The manual that its registers were taken from. */
  sourceOf(device: string): string | undefined;
  /** Asks it now, ahead of its turn; resolves when it has answered or has not. */
  tryNow(device: string, who: Operator): Promise<PollRefusal | undefined>;
  /** Asks it nothing more until somebody resumes. Resolves when that is kept. */
  pause(device: string, who: Operator, why: string): Promise<PollRefusal | undefined>;
  resume(device: string, who: Operator): Promise<PollRefusal | undefined>;
}
