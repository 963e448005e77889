import type { Cancel, Clock } from '../base/clock.ts';
import { localIso } from '../base/time-format.ts';
import type { Point } from '../telemetry/point.ts';
import type { Sample } from '../telemetry/sample.ts';
import type { Refreshed, Site, Unsubscribe } from '../telemetry/site.ts';
import type { AlarmControl } from '../alarm/alarm-control.ts';
import type { DeltaEvent, EventCounters, FreshRun, Offer, SnapshotEvent } from './contract.ts';
import { deviceJson, lineJson, pointJson, valueJson } from './json.ts';
import { ToldAlarms } from './told-alarms.ts';

/** Changes are gathered this long, so a client sees at most five deltas per second. */
const GATHER_MS = 200;
/** Something is sent at least this often: a page that hears nothing for 3 s knows that we are gone. */
const BEAT_MS = 1_000;
/** A client with more than this unread is behind: it gets nothing more until it has read it all. */
const UNREAD_BYTES = 64 * 1024;
/** A client that stays behind this long is cut off. */
const BEHIND_MS = 30_000;

/** Where events go: one HTTP response. */
export interface EventClient {
  write(text: string): void;
  /** Bytes that were written and not yet taken by the network. */
  readonly writableLength: number;
  end(): void;
  /** Asked each second; whoever may not look any more is sent away. Default: everybody may. */
  mayStay?(): boolean;
}

export interface EventHubOptions {
  readonly site: Site;
  readonly clock: Clock;
  readonly version: string;
  readonly maxClients: number;
  /** Told to clients as they are. */
  readonly offers?: () => readonly Offer[];
  readonly alarms?: Pick<AlarmControl, 'list' | 'onChange'>;
}

interface Stream {
  readonly client: EventClient;
  /** When it fell behind, on the scale of the clock. */
  behindSince?: number;
}

/**
 * One subscription of the site, told to many clients.
 *
 * Theory of operation. While there are clients, `#changed` and `#freshAt` gather what the site says;
 * an alarm 200 ms after the first change, or the beat of each second, makes one delta, encodes it
 * once and writes the same text to every client that has read what it got before. A client that has
 * not is `behind`: deltas pass it by, counted, and when it has read everything it gets a snapshot.
 * So what we hold per client is never more than `UNREAD_BYTES` plus one message. A delta carries the
 * newest samples, not differences: one that repeats what a snapshot said does no harm.
 */
export class EventHub {
  readonly #site: Site;
  readonly #clock: Clock;
  readonly #version: string;
  readonly #offers: () => readonly Offer[];
  readonly #maxClients: number;
  readonly #alarms: Pick<AlarmControl, 'list' | 'onChange'> | undefined;
  readonly #streams = new Map<EventClient, Stream>();
  readonly #counters = { clients: 0, refused: 0, skipped: 0, resynced: 0, dropped: 0 };

  #points: readonly Point[] = [];
  #slots = new Map<string, number>();
  #freshAt: number[] = [];
  #refreshed = new Set<number>();
  readonly #changed = new Map<string, Sample>();
  /** The last JSON of each device and line, to send only what changed. */
  readonly #told = new Map<string, string>();
  readonly #toldAlarms: ToldAlarms | undefined;
  /** The snapshot as text, as long as nothing was sent after it was made. */
  #snapshot: string | undefined;

  #unsubscribe: Unsubscribe | undefined;
  #cancelFlush: Cancel | undefined;
  #cancelBeat: Cancel | undefined;

  constructor(options: EventHubOptions) {
    this.#offers = options.offers ?? ((): readonly Offer[] => []);
    this.#site = options.site;
    this.#clock = options.clock;
    this.#version = options.version;
    this.#maxClients = options.maxClients;
    this.#alarms = options.alarms;
    this.#toldAlarms = options.alarms && new ToldAlarms(options.alarms);
  }

  get counters(): Readonly<EventCounters> {
    return this.#counters;
  }

  /** Is there a place for one more client? A no is counted. */
  hasPlace(): boolean {
    if (this.#streams.size < this.#maxClients) return true;
    this.#counters.refused += 1;
    return false;
  }

  /** Starts with a snapshot. The caller removes the client when its connection is over. */
  add(client: EventClient): void {
    if (this.#streams.size === 0) this.#start();
    this.#streams.set(client, { client });
    this.#counters.clients = this.#streams.size;
    client.write(this.#snapshotText());
  }

  remove(client: EventClient): void {
    if (!this.#streams.delete(client)) return;
    this.#counters.clients = this.#streams.size;
    if (this.#streams.size === 0) this.#stop();
  }

  /** Ends all streams. */
  close(): void {
    for (const client of [...this.#streams.keys()]) this.#sendAway(client);
  }

  #start(): void {
    this.#usePoints();
    const unsubscribe = this.#site.subscribe((changed, refreshed) => {
      this.#gather(changed, refreshed);
    });
    const unhear = this.#alarms?.onChange(() => this.#flushSoon());
    this.#unsubscribe = () => {
      unsubscribe();
      unhear?.();
    };
    this.#beat();
  }

  #stop(): void {
    this.#unsubscribe?.();
    this.#cancelFlush?.();
    this.#cancelFlush = undefined;
    this.#cancelBeat?.();
    this.#changed.clear();
    this.#refreshed.clear();
    this.#told.clear();
    this.#toldAlarms?.clear();
    this.#snapshot = undefined;
  }

  #usePoints(): void {
    this.#points = this.#site.points();
    this.#slots = new Map(this.#points.map(({ id }, slot) => [id, slot]));
    this.#freshAt = this.#site.snapshot().map((sample) => millis(sample.goodAt ?? 0));
    this.#changed.clear();
    this.#refreshed.clear();
    this.#snapshot = undefined;
  }

  #gather(changed: readonly Sample[], { points, at }: Refreshed): void {
    for (const sample of changed) this.#changed.set(sample.point.id, sample);
    for (const { id } of points) {
      const slot = this.#slots.get(id);
      if (slot === undefined) continue;
      this.#freshAt[slot] = millis(at);
      this.#refreshed.add(slot);
    }
    this.#flushSoon();
  }

  #flushSoon(): void {
    this.#cancelFlush ??= this.#clock.alarm(this.#clock.now() + GATHER_MS, () => {
      this.#flush(false);
    });
  }

  #beat(): void {
    this.#cancelBeat = this.#clock.alarm(this.#clock.now() + BEAT_MS, () => {
      this.#flush(true);
      if (this.#streams.size > 0) this.#beat();
    });
  }

  #flush(beat: boolean): void {
    this.#cancelFlush?.();
    this.#cancelFlush = undefined;
    // After a reload the slots mean other points: everybody starts again.
    const reloaded = this.#site.points() !== this.#points;
    if (reloaded) this.#usePoints();
    const text = reloaded ? this.#snapshotText() : this.#deltaText(beat);
    for (const stream of [...this.#streams.values()]) {
      if (beat && stream.client.mayStay?.() === false) this.#sendAway(stream.client);
      else this.#tell(stream, text);
    }
  }

  #tell(stream: Stream, text: string): void {
    const { client, behindSince } = stream;
    const unread = client.writableLength;
    if (behindSince !== undefined && unread === 0) {
      delete stream.behindSince;
      this.#counters.resynced += 1;
      client.write(this.#snapshotText());
      return;
    }
    if (behindSince === undefined && unread <= UNREAD_BYTES) {
      client.write(text);
      return;
    }
    this.#counters.skipped += 1;
    const now = this.#clock.now();
    stream.behindSince ??= now;
    if (now - stream.behindSince < BEHIND_MS) return;
    this.#counters.dropped += 1;
    this.#sendAway(client);
  }

  #sendAway(client: EventClient): void {
    this.remove(client);
    client.end();
  }

  #snapshotText(): string {
    this.#snapshot ??= eventText('snapshot', {
      name: this.#site.name,
      version: this.#version,
      time: localIso(this.#clock.wallMicros()),
      offers: this.#offers(),
      points: this.#points.map(pointJson),
      values: this.#site.snapshot().map(valueJson),
      freshAt: this.#freshAt,
      devices: this.#site.devices().map(deviceJson),
      lines: this.#site.lines().map(lineJson),
      ...(this.#toldAlarms !== undefined && { alarms: this.#toldAlarms.open() }),
    } satisfies SnapshotEvent);
    return this.#snapshot;
  }

  #deltaText(beat: boolean): string {
    const delta: DeltaEvent = { time: localIso(this.#clock.wallMicros()) };
    if (this.#changed.size > 0) delta.values = [...this.#changed.values()].map(valueJson);
    if (this.#refreshed.size > 0) delta.fresh = freshRuns(this.#refreshed, this.#freshAt);
    if (beat) {
      const devices = this.#untold('device', this.#site.devices().map(deviceJson));
      const lines = this.#untold('line', this.#site.lines().map(lineJson));
      if (devices.length > 0) delta.devices = devices;
      if (lines.length > 0) delta.lines = lines;
    }
    const alarms = this.#toldAlarms?.changes() ?? [];
    if (alarms.length > 0) delta.alarms = alarms;
    this.#changed.clear();
    this.#refreshed.clear();
    this.#snapshot = undefined;
    return eventText('delta', delta);
  }

  #untold<Status extends { name: string }>(kind: string, all: readonly Status[]): Status[] {
    return all.filter((status) => {
      const key = `${kind} ${status.name}`;
      const text = JSON.stringify(status);
      if (this.#told.get(key) === text) return false;
      this.#told.set(key, text);
      return true;
    });
  }
}

function millis(micros: number): number {
  return Math.round(micros / 1000);
}

/** One event of the stream (HTML Living Standard, section 9.2.6); JSON never holds a line feed. */
function eventText(event: 'snapshot' | 'delta', data: SnapshotEvent | DeltaEvent): string {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** Neighbours that were confirmed in the same answer become one run. */
function freshRuns(slots: ReadonlySet<number>, freshAt: readonly number[]): FreshRun[] {
  const runs: [number, number, number][] = [];
  for (const slot of [...slots].sort((a, b) => a - b)) {
    const at = freshAt[slot] ?? 0;
    const run = runs.at(-1);
    if (run !== undefined && run[0] === at && run[2] === slot - 1) run[2] = slot;
    else runs.push([at, slot, slot]);
  }
  return runs;
}
