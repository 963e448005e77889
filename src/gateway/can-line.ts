import type { Cancel, Clock } from '../base/clock.ts';
import { describeError, type GatewayError } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import { BusMeter } from '../can/bus-meter.ts';
import { bringUpCommand, type CanEndpoint } from '../can/can-endpoint.ts';
import { emptyFrame, frameKey, type CanFrame } from '../can/frame.ts';
import type { CanReceiver, CanSource } from '../can/source/can-source.ts';
import { openCanSource } from '../can/source/open-source.ts';
import type { CanRequest } from '../config/heard-config.ts';
import type { DeviceConfig } from '../config/site-config.ts';
import type { HeardLine } from '../engine/heard-line.ts';
import { causeOf } from '../engine/planned-read.ts';
import type { LineStatus } from '../telemetry/site.ts';
import { DeviceFeed } from './device-feed.ts';

export interface CanLineOptions {
  readonly line: HeardLine;
  /** Absent: the devices are this computer, and there is no bus. */
  readonly endpoint: CanEndpoint | undefined;
  readonly devices: readonly DeviceConfig[];
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A CAN bus and the devices that speak on it: frames in, values out, and requests on their way. */
export class CanLine implements CanReceiver {
  readonly #options: CanLineOptions;
  readonly #feeds: readonly DeviceFeed[];
  readonly #source: CanSource | undefined;
  readonly #meter: BusMeter;
  readonly #cancels = new Set<Cancel>();
  /** Keys of the frames that are sent: an interface of this computer plays them back. */
  readonly #own: ReadonlySet<number>;
  #foreign = 0;
  #sent = 0;
  #unsent = 0;
  #isUp = false;
  #said: string | undefined;

  constructor(options: CanLineOptions) {
    const { line, endpoint, devices, clock } = options;
    this.#options = options;
    this.#feeds = devices.map((device) => new DeviceFeed(line, device, clock));
    const requests = this.#feeds.flatMap((feed) => feed.requests);
    this.#own = new Set(requests.map((request) => frameKey(request.frame)));
    this.#meter = new BusMeter(endpoint ?? {}, clock);
    this.#source = endpoint === undefined ? undefined : openCanSource(endpoint, clock);
  }

  start(): void {
    const { endpoint, logger } = this.#options;
    if (endpoint?.kind === 'can') {
      // It needs root, and so a person does it, or the system at its start.
      logger.info('if the interface is not up yet', { command: bringUpCommand(endpoint) });
    }
    for (const feed of this.#feeds) feed.start();
    if (this.#source !== undefined) this.#cancels.add(this.#source.start(this));
    for (const feed of this.#feeds) {
      for (const request of feed.requests) this.#schedule(feed, request);
    }
  }

  stop(): void {
    for (const cancel of this.#cancels) cancel();
    this.#cancels.clear();
    for (const feed of this.#feeds) feed.stop();
  }

  frame(frame: CanFrame, at: number): void {
    this.#meter.note(frame);
    if (frame.isError) return;
    let isKnown = false;
    for (const feed of this.#feeds) if (feed.accept(frame, at)) isKnown = true;
    if (!isKnown && !this.#own.has(frameKey(frame))) this.#foreign += 1;
  }

  up(): void {
    this.#isUp = true;
    this.#said = undefined;
    for (const feed of this.#feeds) feed.up();
    this.#options.logger.info('listens', { line: this.#options.line.name });
  }

  down(error: GatewayError): void {
    this.#isUp = false;
    const text = describeError(error);
    const { line, logger } = this.#options;
    // It is tried again and again, and said once.
    if (text !== this.#said) logger.warn(`hears nothing: ${text}`, { line: line.name });
    this.#said = text;
    for (const feed of this.#feeds) line.fail(feed.device, causeOf(error), text);
  }

  end(): void {
    this.#options.logger.info('the recording is over', { line: this.#options.line.name });
  }

  counters(): Partial<LineStatus> {
    if (this.#source === undefined) return {};
    const { frames, errors } = this.#meter;
    const unsent = this.#unsent + (this.#source.failed ?? 0);
    const incomplete = this.#feeds.reduce((sum, feed) => sum + feed.incomplete, 0);
    return {
      ...{ load: this.#meter.load(), requests: this.#sent, foreign: this.#foreign },
      damaged: this.#source.damaged,
      bus: {
        ...{ frames, errors, incomplete, dropped: this.#source.dropped, unsent },
      },
    };
  }

  /** Sends a request on its own grid, while nothing fresh has answered it. */
  #schedule(feed: DeviceFeed, request: CanRequest): void {
    const { clock } = this.#options;
    const { frame, data, everyMs, until } = request;
    const own: CanFrame = { ...emptyFrame(), ...frame, isError: false };
    own.data.set(Buffer.from(data, 'hex'));
    let [dueAt, isFirst] = [clock.now(), true];
    const run = (): void => {
      this.#cancels.delete(cancel);
      // A bus that is not there yet is asked as soon as it is.
      if (this.#isUp || !isFirst) {
        isFirst = false;
        if (until === undefined || !feed.isFresh(until)) this.#send(own);
        dueAt = Math.max(dueAt + everyMs, clock.now());
      } else {
        dueAt = clock.now() + Math.min(everyMs, FIRST_MS);
      }
      next();
    };
    let cancel: Cancel = () => undefined;
    const next = (): void => {
      cancel = clock.alarm(dueAt, run);
      this.#cancels.add(cancel);
    };
    next();
  }

  #send(frame: CanFrame): void {
    if (this.#source?.send(frame) === true) this.#sent += 1;
    else this.#unsent += 1;
  }
}

/** How often a bus that is not up is looked at for a first request, in milliseconds. */
const FIRST_MS = 250;
