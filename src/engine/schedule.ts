/** What recurs: a device's points of one interval. Times are milliseconds on the scale of a Clock. */
export interface Job {
  readonly periodMs: number;
  /** When it starts next. It only ever moves by whole periods, so that polls stay on their grid. */
  dueAt: number;
  running: boolean;
  /** Rounds left out because the one before had not ended, or because we looked too late. */
  skipped: number;
}

export interface Tick<J extends Job> {
  readonly start: readonly J[];
  /** When to look again. */
  readonly wakeAt: number;
}

/**
 * Says which jobs to start now and when to look again. Due times stay on each job's own grid: a late
 * tick neither drifts nor bursts, it skips rounds and counts them.
 */
export function tick<J extends Job>(jobs: readonly J[], now: number): Tick<J> {
  const start: J[] = [];
  let wakeAt = Infinity;
  for (const job of jobs) {
    if (job.dueAt <= now) {
      const slots = 1 + Math.floor((now - job.dueAt) / job.periodMs);
      job.dueAt += slots * job.periodMs;
      job.skipped += job.running ? slots : slots - 1;
      if (!job.running) start.push(job);
    }
    wakeAt = Math.min(wakeAt, job.dueAt);
  }
  return { start, wakeAt };
}
