import { eventRecord, siteEventOf, type SiteEvent } from '../telemetry/event.ts';
import type { LoggedEvent } from './alarm-control.ts';

/** Events that are kept for looking back; the journal of the site has them longer. */
export const MAX_EVENTS = 1_000;

/** Changes for the file: lines to append, or the whole text. */
export interface LogChanges {
  readonly mode: 'append' | 'replace';
  readonly text: string;
}

/** The last events of alarms, in memory and as lines of a file. */
export class AlarmLog {
  #events: LoggedEvent[] = [];
  #next = 1;
  #lines: string[] = [];
  #linesInFile = 0;
  #mustReplace = true;

  /** The newest last. */
  get events(): readonly LoggedEvent[] {
    return this.#events;
  }

  add(event: SiteEvent): void {
    const logged = { sequence: this.#next, event };
    this.#next += 1;
    this.#events.push(logged);
    if (this.#events.length > MAX_EVENTS) this.#events.shift();
    this.#lines.push(formatLine(logged));
    if (this.#lines.length > MAX_EVENTS) this.lost();
  }

  /** Whether it has this very event, as after a crash that came between the journal and the file. */
  has({ type, at, subject }: SiteEvent): boolean {
    return this.#events.some(
      ({ event }) => event.at === at && event.type === type && event.subject === subject,
    );
  }

  /** Reads the file; returns how many lines of it were damaged. What was cut off at the end is no damage. */
  load(text: string): number {
    const lines = text.split('\n');
    const isWhole = lines.pop() === '';
    const events = lines.flatMap((line) => parseLine(line) ?? []);
    this.#events = events.slice(-MAX_EVENTS);
    this.#next = Math.max(0, ...this.#events.map(({ sequence }) => sequence)) + 1;
    this.#linesInFile = lines.length;
    const damaged = lines.length - events.length;
    this.#mustReplace = !isWhole || damaged > 0;
    return damaged;
  }

  /** What the file lacks; undefined when nothing. The caller says `lost` when it could not be written. */
  takeChanges(): LogChanges | undefined {
    if (this.#lines.length === 0) return undefined;
    if (this.#linesInFile + this.#lines.length > 2 * MAX_EVENTS) this.#mustReplace = true;
    const mode = this.#mustReplace ? 'replace' : 'append';
    const lines = this.#mustReplace ? this.#events.map(formatLine) : this.#lines;
    this.#linesInFile = lines.length + (this.#mustReplace ? 0 : this.#linesInFile);
    this.#lines = [];
    this.#mustReplace = false;
    return { mode, text: `${lines.join('\n')}\n` };
  }

  /** What was taken did not reach the file: next time all of it is written. */
  lost(): void {
    this.#mustReplace = true;
    this.#lines = [''];
  }
}

function formatLine({ sequence, event }: LoggedEvent): string {
  const { topic, at, data } = eventRecord(event);
  return JSON.stringify({ sequence, topic, at, data });
}

function parseLine(line: string): LoggedEvent | undefined {
  try {
    const { sequence, topic, at, data } = JSON.parse(line) as Record<string, unknown>;
    if (typeof sequence !== 'number' || typeof topic !== 'string' || typeof at !== 'number') {
      return undefined;
    }
    const event = siteEventOf({ kind: 'event', topic, at, data });
    return event === undefined ? undefined : { sequence, event };
  } catch {
    return undefined;
  }
}
