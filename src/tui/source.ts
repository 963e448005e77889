import type {
  DeltaEvent,
  SinkJson,
  SnapshotEvent,
  TrafficJson,
  WritesJson,
} from '../api/contract.ts';

/** Who hears what a source says. */
export interface SourceListener {
  snapshot(event: SnapshotEvent): void;
  delta(event: DeltaEvent): void;
  /** The stream has ended, or none could be begun: why, in words. Nothing follows. */
  lost(why: string): void;
}

/** What became of a write, in the words of who did it. */
export interface WriteAnswer {
  readonly ok: boolean;
  readonly text: string;
}

/** Where the terminal page has its values from: a gateway near or far, or a device itself. */
export interface TuiSource {
  /** As the title names it: `127.0.0.1:8502`. */
  readonly where: string;
  /** Why nothing can be written through it; absent where it can be tried. */
  readonly readOnly?: string;
  /** Begins one stream; gives a function that ends it, after which the listener hears nothing more. */
  open(listener: SourceListener): () => void;
  /** How the sinks are; undefined where there are none to ask for. Rejects when nobody answers. */
  sinks(): Promise<readonly SinkJson[] | undefined>;
  /** The frames behind the one with this number, or the newest; undefined where none are kept. */
  frames(after: number | undefined): Promise<TrafficJson | undefined>;
  /** What may be written within which limits; undefined where nothing is known of that. */
  writes(): Promise<WritesJson | undefined>;
  /** Asks for one write. `value` as it was typed. Rejects when nobody answers. */
  write(device: string, point: string, value: string): Promise<WriteAnswer>;
}
