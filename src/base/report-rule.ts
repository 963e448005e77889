/** Which readings of a point are recorded and sent. A change of quality always is. */
export interface ReportRule {
  /** `always`: each reading. `on-change`: each that differs from the last recorded by the deadband. */
  readonly send: 'always' | 'on-change';
  /** Least difference from the last recorded value, in the point's unit. */
  readonly deadband?: number;
  /** Least difference in percent of the last recorded value. */
  readonly deadbandPercent?: number;
  /** Recorded at least this often, in milliseconds, changed or not. */
  readonly heartbeatMs?: number;
  /** Never more often than this, in milliseconds; the last one of a burst is recorded when the time is up. */
  readonly minIntervalMs?: number;
}
