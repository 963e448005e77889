import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/log.ts';
import type { SiteConfig } from '../config/site-config.ts';
import type { PolledDevice } from '../engine/source.ts';
import type {
  Operator,
  PauseNote,
  PollControl,
  PollRefusal,
  PollReport,
} from '../telemetry/polling.ts';
import type { SiteEvent } from '../telemetry/event.ts';
import type { DeviceStatus } from '../telemetry/site.ts';
import { PauseFile } from './pause-file.ts';

/** A question out of turn may cost the neighbours of a silent device its whole timeout. */
const TRY_EVERY_MS = 5_000;
/** Nobody waits longer than this for the outcome of such a question. */
const TRY_LIMIT_MS = 8_000;
const MAX_WHY = 500;

export interface PollsParts {
  readonly engine: {
    devices(): readonly Pick<DeviceStatus, 'name'>[];
    polled(device: string): PolledDevice | undefined;
    pause(pauses: ReadonlyMap<string, PauseNote>): void;
  };
  readonly clock: Clock;
  readonly logger: Logger;
  /** Told what somebody did, for the audit. */
  readonly note: (topic: string, message: string, who: Operator) => Promise<void>;
  /** Told of it too, for those who are told what happens at a site. */
  readonly tell: (event: SiteEvent) => unknown;
}

/** What people do with the polling of devices, and what outlives a restart of it. */
export class Polls implements PollControl {
  readonly #parts: PollsParts;
  readonly #file: PauseFile | undefined;
  readonly #triedAt = new Map<string, number>();
  #pauses = new Map<string, PauseNote>();
  #saving: Promise<unknown> = Promise.resolve();
  #sources: ReadonlyMap<string, string> = new Map();

  /** `folder`: where pauses are kept; without one they end with the program. */
  constructor(parts: PollsParts, folder: string | undefined) {
    this.#parts = parts;
    this.#file = folder === undefined ? undefined : new PauseFile(folder, parts.logger);
  }

  /** Goes on where the run before ended: what was paused stays so, and the log says it. */
  restore(): void {
    this.#pauses = this.#file?.load() ?? new Map<string, PauseNote>();
    this.#parts.engine.pause(this.#pauses);
    for (const [device, { who, why }] of this.#pauses) {
      this.#parts.logger.warn('is paused and not asked', { device, who, why });
    }
  }

  apply({ devices }: Pick<SiteConfig, 'devices'>): void {
    this.#sources = new Map(
      devices.flatMap(({ name, source }) => (source === undefined ? [] : [[name, source]])),
    );
  }

  report(device: string): PollReport | undefined {
    return this.#parts.engine.polled(device)?.report();
  }

  sourceOf(device: string): string | undefined {
    return this.#sources.get(device);
  }

  async tryNow(device: string, who: Operator): Promise<PollRefusal | undefined> {
    const { clock, logger } = this.#parts;
    const polled = this.#polled(device);
    if ('code' in polled) return polled;
    if (polled.paused !== undefined) {
      return refusal('paused', `${device} is paused by ${polled.paused.who}; resume it first`);
    }
    const left = (this.#triedAt.get(device) ?? -Infinity) + TRY_EVERY_MS - clock.now();
    if (left > 0) {
      return refusal('too-soon', `it was asked just now; again in ${Math.ceil(left / 1000)} s`);
    }
    this.#triedAt.set(device, clock.now());
    logger.info('is asked out of turn', { device, who: who.name });
    await within(clock, TRY_LIMIT_MS, polled.tryNow());
    return undefined;
  }

  async pause(device: string, who: Operator, why: string): Promise<PollRefusal | undefined> {
    const polled = this.#polled(device);
    if ('code' in polled) return polled;
    if (why.trim() === '') return refusal('no-reason', 'a pause needs a reason');
    const note = { who: who.name, why: why.trim().slice(0, MAX_WHY) };
    const kept = this.#set(device, { ...note, at: this.#parts.clock.wallMicros() });
    this.#parts.logger.warn('is paused and not asked', { device, ...note });
    this.#tell('device.paused', device, who, { why: note.why });
    await kept;
    await this.#parts.note('pause', `${device}: ${note.why}`, who);
    return undefined;
  }

  async resume(device: string, who: Operator): Promise<PollRefusal | undefined> {
    const polled = this.#polled(device);
    if ('code' in polled) return polled;
    if (polled.paused === undefined) return undefined;
    const kept = this.#set(device, undefined);
    this.#parts.logger.info('is asked again', { device, who: who.name });
    this.#tell('device.resumed', device, who, {});
    await kept;
    await this.#parts.note('resume', device, who);
    return undefined;
  }

  #tell(
    type: 'device.paused' | 'device.resumed',
    source: string,
    { name, role, from }: Operator,
    data: Readonly<Record<string, string>>,
  ): void {
    const at = this.#parts.clock.wallMicros();
    this.#parts.tell({ type, at, source, data: { ...data, who: { name, role, from } } });
  }

  /** It holds at once. Resolves when it is kept, or the note says that it is not. */
  async #set(device: string, wish: Omit<PauseNote, 'isKept'> | undefined): Promise<void> {
    const note = wish && { ...wish, isKept: this.#file !== undefined };
    this.#replace(device, note);
    const saved = this.#saving.then(async () => this.#file?.save(this.#pauses));
    this.#saving = saved;
    const isLost = (await saved) === false;
    // Another one may have taken its place meanwhile.
    if (note === undefined || !isLost || this.#pauses.get(device) !== note) return;
    this.#replace(device, { ...note, isKept: false });
  }

  #replace(device: string, note: PauseNote | undefined): void {
    const next = new Map(this.#pauses);
    if (note === undefined) next.delete(device);
    else next.set(device, note);
    this.#pauses = next;
    this.#parts.engine.pause(next);
  }

  #polled(device: string): PolledDevice | PollRefusal {
    const { engine } = this.#parts;
    const polled = engine.polled(device);
    if (polled !== undefined) return polled;
    if (engine.devices().some(({ name }) => name === device)) {
      return refusal('not-polled', `${device} speaks by itself, nobody asks it`);
    }
    return refusal('unknown-device', `there is no device ${device.slice(0, 200)}`);
  }
}

function refusal(code: PollRefusal['code'], message: string): PollRefusal {
  return { code, message };
}

/** Waits for something, but not for ever. */
async function within(clock: Clock, ms: number, awaited: Promise<void>): Promise<void> {
  let cancel = (): void => undefined;
  const limit = new Promise<void>((resolve) => {
    cancel = clock.alarm(clock.now() + ms, resolve);
  });
  await Promise.race([awaited, limit]).finally(cancel);
}
