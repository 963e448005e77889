import type { Cancel, Clock } from '../base/clock.ts';
import { describeError } from '../base/errors.ts';
import { asciiText, safeText } from './ascii.ts';
import { csvFile } from './csv.ts';
import { KeyParser, type Key } from './keys.ts';
import { SourceLink } from './link.ts';
import { press, type Effect } from './press.ts';
import { render } from './render.ts';
import { difference, paint, type Screen } from './screen.ts';
import { SiteModel } from './site-model.ts';
import type { TuiSource } from './source.ts';
import type { Palette } from './style.ts';
import type { Terminal } from './terminal.ts';
import { START, type Scene, type UiState, type WriteDraft } from './ui-state.ts';

/** At most 20 frames a second. */
const FRAME_MS = 50;
/** Ages grow also where nothing is heard. */
const TICK_MS = 1_000;
/** Longer than the parts of one sequence are apart, shorter than somebody notices. */
const ESCAPE_MS = 50;
const SINKS_MS = 2_000;
/** Frames are asked for while somebody looks at them. */
const FRAMES_MS = 500;
/** A terminal that has this much unread gets no frame until it has caught up. */
const MOST_UNREAD_BYTES = 8_192;

export interface AppOptions {
  readonly source: TuiSource;
  readonly terminal: Terminal;
  readonly clock: Clock;
  readonly palette: Palette;
  /** Signs and texts of ASCII alone. */
  readonly ascii: boolean;
  /** Aborts when the program shall stop. */
  readonly signal: AbortSignal;
  /** Puts a new file where the person is; resolves with its path. */
  readonly save: (name: string, text: string) => Promise<string>;
}

type AlarmName = 'draw' | 'tick' | 'escape' | 'sinks' | 'frames';

/** How the page came to its end. */
export type Ended = 'quit' | 'interrupted' | 'gone' | 'stopped';

/**
 * Shows a source on a terminal until somebody quits. However it ends, also by a fault of ours, the terminal
 * is given back before the promise settles.
 */
export async function runTui(options: AppOptions): Promise<Ended> {
  const app = new App(options);
  return app.run();
}

/**
 * The thin shell around pure parts: keys go through `press` to another state, and the state through
 * `render` to a frame; only its difference from the frame before is sent.
 */
class App {
  readonly #options: AppOptions;
  readonly #site: SiteModel;
  readonly #parser = new KeyParser();
  readonly #link: SourceLink;
  #ui: UiState = START;
  /** What is shown while the person has paused, and the time of it. */
  #paused: { readonly site: SiteModel; readonly now: number } | undefined;
  #shown: Screen | undefined;
  #drawnAt = -Infinity;
  #isAsking = false;
  readonly #alarms = new Map<AlarmName, Cancel>();
  #end: (how: Ended | Error) => void = () => undefined;

  constructor(options: AppOptions) {
    this.#options = options;
    const { source, clock, ascii } = options;
    this.#site = new SiteModel((text) => (ascii ? asciiText(safeText(text)) : safeText(text)));
    this.#link = new SourceLink(source, clock, {
      snapshot: (event) => this.#change(() => this.#site.takeSnapshot(event, clock.now())),
      delta: (event) => this.#change(() => this.#site.takeDelta(event, clock.now())),
      lost: (why) => this.#change(() => this.#site.lose(why, clock.now())),
    });
  }

  async run(): Promise<Ended> {
    const { terminal, signal } = this.#options;
    const ended = new Promise<Ended>((resolve, reject) => {
      this.#end = (how) => (how instanceof Error ? reject(how) : resolve(how));
    });
    const stop = (): void => this.#end('stopped');
    signal.addEventListener('abort', stop, { once: true });
    const close = terminal.open({
      keys: (text) => this.#change(() => this.#take(this.#parser.push(text))),
      resized: () => this.#change(() => (this.#shown = undefined)),
      gone: () => this.#end('gone'),
    });
    try {
      if (signal.aborted) stop();
      this.#guard(() => this.#link.start());
      this.#tick();
      this.#askSinks();
      this.#askFrames();
      return await ended;
    } finally {
      signal.removeEventListener('abort', stop);
      for (const cancel of this.#alarms.values()) cancel();
      this.#link.stop();
      close();
    }
  }

  /** A fault in a callback ends the page in order instead of the program in disorder. */
  #guard(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.#end(error instanceof Error ? error : new Error(String(error)));
    }
  }

  /** Does something that may change what is shown. */
  #change(run: () => void): void {
    this.#guard(() => {
      run();
      this.#wantFrame();
    });
  }

  #alarm(name: AlarmName, ms: number, run: () => void): void {
    const { clock } = this.#options;
    this.#alarms.get(name)?.();
    const cancel = clock.alarm(clock.now() + ms, () => {
      this.#alarms.delete(name);
      this.#guard(run);
    });
    this.#alarms.set(name, cancel);
  }

  #tick(): void {
    this.#wantFrame();
    this.#alarm('tick', TICK_MS, () => this.#tick());
  }

  #wantFrame(): void {
    if (this.#alarms.has('draw')) return;
    const wait = this.#drawnAt + FRAME_MS - this.#options.clock.now();
    this.#alarm('draw', Math.max(0, wait), () => this.#draw());
  }

  #draw(): void {
    const { terminal, clock, palette, ascii } = this.#options;
    this.#drawnAt = clock.now();
    if (terminal.unreadBytes > MOST_UNREAD_BYTES) {
      this.#alarm('draw', FRAME_MS, () => this.#draw());
      return;
    }
    const scene = this.#scene();
    const frame = paint(render(scene), scene.size, ascii);
    const text = difference(this.#shown, frame, palette);
    this.#shown = frame;
    if (text !== '') terminal.write(text);
  }

  #scene(): Scene {
    const { source, terminal, clock } = this.#options;
    const { site, now } = this.#paused ?? { site: this.#site, now: clock.now() };
    return {
      ...{ site, now, ui: this.#ui, size: terminal.size, where: source.where },
      isPaused: this.#paused !== undefined,
      ...(source.readOnly !== undefined && { readOnly: source.readOnly }),
    };
  }

  #take(keys: readonly Key[]): void {
    for (const key of keys) {
      const { ui, effect } = press(this.#scene(), key);
      this.#ui = ui;
      if (effect !== undefined) this.#perform(effect);
    }
    if (!this.#parser.isWaiting) return;
    this.#alarm('escape', ESCAPE_MS, () => this.#change(() => this.#take(this.#parser.flush())));
  }

  #perform(effect: Effect): void {
    switch (effect.kind) {
      case 'quit':
        this.#end(effect.isInterrupt ? 'interrupted' : 'quit');
        return;
      case 'redraw':
        this.#shown = undefined;
        return;
      case 'suspend':
        this.#options.terminal.suspend?.();
        this.#shown = undefined;
        return;
      case 'pause':
        this.#paused =
          this.#paused === undefined
            ? { site: this.#site.frozen(), now: this.#options.clock.now() }
            : undefined;
        return;
      case 'export':
        void this.#export();
        return;
      case 'limits':
        void this.#askLimits();
        return;
      case 'write':
        void this.#write(effect.draft);
    }
  }

  async #export(): Promise<void> {
    const { name, text, rows } = csvFile(this.#scene());
    const notice = await this.#options.save(name, text).then(
      (path) => `${rows} rows in ${path}`,
      (error: unknown) => `nothing was exported: ${describeError(error)}`,
    );
    this.#change(() => (this.#ui = { ...this.#ui, notice: safeText(notice) }));
  }

  async #write(draft: WriteDraft): Promise<void> {
    const view = this.#site.point(draft.id);
    if (view === undefined) return;
    const { device, name } = view.point;
    const outcome = await this.#options.source
      .write(device, name, draft.wanted)
      .catch((error: unknown) => ({
        ok: false,
        text: `what became of it is not known: ${describeError(error)}`,
      }));
    this.#change(() => {
      const text = safeText(outcome.text);
      this.#ui = { ...this.#ui, write: { ...draft, step: 'done', outcome: { ...outcome, text } } };
    });
  }

  #askFrames(): void {
    const again = (): void => this.#alarm('frames', FRAMES_MS, () => this.#askFrames());
    const site = this.#site;
    if (this.#ui.screen !== 'traffic' || !site.offers.includes('traffic')) {
      again();
      return;
    }
    void this.#options.source
      .frames(site.frames?.at(-1)?.seq)
      .then(
        (traffic) => this.#change(() => site.takeFrames(traffic)),
        () => undefined,
      )
      .finally(again);
  }

  /** Where nobody answers, the gate says it when the write comes. */
  async #askLimits(): Promise<void> {
    this.#site.takeWrites(undefined);
    const writes = await this.#options.source.writes().catch(() => undefined);
    this.#change(() => this.#site.takeWrites(writes));
  }

  /** The stream says nothing of sinks: they are asked for, one question at a time. */
  #askSinks(): void {
    this.#alarm('sinks', SINKS_MS, () => this.#askSinks());
    if (this.#isAsking) return;
    this.#isAsking = true;
    void this.#options.source
      .sinks()
      .then(
        (sinks) => this.#change(() => this.#site.takeSinks(sinks)),
        // The stream says it already when nobody answers.
        () => undefined,
      )
      .finally(() => (this.#isAsking = false));
  }
}
