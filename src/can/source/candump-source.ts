import { spawn } from 'node:child_process';
import type { Cancel, Clock } from '../../base/clock.ts';
import { ConnectError, ConnectionLostError, type GatewayError } from '../../base/errors.ts';
import { bringUpCommand } from '../can-endpoint.ts';
import { formatFrame, type CanFrame } from '../frame.ts';
import { ByteLines } from './byte-lines.ts';
import { CandumpLine } from './candump-line.ts';
import type { CanReceiver, CanSource } from './can-source.ts';
import { keepTrying } from './retry.ts';

const MAX_LINE_BYTES = 512;
/** Programs that send a frame, at once. */
const MAX_SENDING = 4;
/** One that has run so long has an interface, though nothing came, in milliseconds. */
const RUNS_MS = 1_000;
const MAX_SAID = 400;

export interface CandumpSourceOptions {
  readonly url: string;
  readonly bus: string;
  readonly bitrate?: number;
  readonly dataBitrate?: number;
  readonly clock: Clock;
  /** The programs. Default: `candump` and `cansend` of can-utils, where the system finds programs. */
  readonly programs?: { readonly candump: string; readonly cansend: string };
}

/**
 * A CAN interface of the kernel, through the programs of can-utils: they are in every distribution, need
 * no rights, and no module that has to be compiled.
 */
export class CandumpSource implements CanSource {
  readonly url: string;
  damaged = 0;
  dropped = 0;
  failed = 0;
  readonly #options: CandumpSourceOptions;
  #sending = 0;
  #isUp = false;

  constructor(options: CandumpSourceOptions) {
    this.url = options.url;
    this.#options = options;
  }

  start(receiver: CanReceiver): Cancel {
    return keepTrying(
      this.#options.clock,
      (lost) => this.#run(receiver, lost),
      (error) => receiver.down(error),
    );
  }

  send(frame: CanFrame): boolean {
    if (!this.#isUp || frame.isError || this.#sending >= MAX_SENDING) return false;
    const { cansend } = this.#options.programs ?? PROGRAMS;
    this.#sending += 1;
    const child = spawn(cansend, [this.#options.bus, formatFrame(frame)], { stdio: 'ignore' });
    const done = (isSent: boolean): void => {
      this.#sending -= 1;
      if (!isSent) this.failed += 1;
    };
    child.once('error', () => done(false));
    child.once('exit', (code) => done(code === 0));
    return true;
  }

  #run(receiver: CanReceiver, lost: (error: GatewayError) => void): Cancel {
    const { clock, bus } = this.#options;
    const { candump } = this.#options.programs ?? PROGRAMS;
    // The second filter asks for what the controller has to say of errors.
    const child = spawn(candump, ['-L', '-d', `${bus},0:0,#FFFFFFFF`], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [said, isOver] = ['', false];
    const up = (): void => {
      cancelUp();
      if (this.#isUp || isOver) return;
      this.#isUp = true;
      receiver.up();
    };
    const cancelUp = clock.alarm(clock.now() + RUNS_MS, up);
    const lines = this.#lines((frame) => {
      up();
      receiver.frame(frame, clock.wallMicros());
    });
    const over = (error?: GatewayError): void => {
      if (isOver) return;
      isOver = true;
      cancelUp();
      this.#isUp = false;
      if (error !== undefined) lost(error);
    };
    child.stdout.on('data', (chunk: Buffer) => {
      if (!isOver) lines.push(chunk);
    });
    child.stderr.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString('latin1')).slice(0, MAX_SAID);
    });
    child.once('error', (cause) => over(this.#notStarted(cause)));
    child.once('close', () => over(this.#ended(said)));
    return () => {
      over();
      child.kill();
    };
  }

  #lines(take: (frame: CanFrame) => void): ByteLines {
    const line = new CandumpLine();
    return new ByteLines('\n', MAX_LINE_BYTES, {
      line: (bytes, length) => {
        const what = line.read(bytes, length);
        if (what === 'frame') take(line.frame);
        if (what === 'damaged' && !this.#dropCount(bytes.subarray(0, length))) this.damaged += 1;
      },
      tooLong: () => (this.damaged += 1),
    });
  }

  /** `DROPCOUNT: dropped 5 CAN frames on 'can0' socket (total drops 5)`. */
  #dropCount(bytes: Uint8Array): boolean {
    const text = new TextDecoder('latin1').decode(bytes);
    const [, count] = /^DROPCOUNT: dropped (\d{1,9}) /.exec(text) ?? [];
    this.dropped += Number(count ?? 0);
    return count !== undefined;
  }

  #notStarted(cause: Error): GatewayError {
    const isMissing = 'code' in cause && cause.code === 'ENOENT';
    return new ConnectError(
      isMissing
        ? 'candump is not installed: sudo apt-get install can-utils'
        : 'candump cannot be started',
      { cause },
    );
  }

  #ended(said: string): GatewayError {
    const { bus } = this.#options;
    const words = said.trim().replaceAll(/\s+/g, ' ');
    if (/no such device|network is down|not supported/i.test(words)) {
      return new ConnectError(`${bus} is not up (${words}): ${bringUpCommand(this.#options)}`);
    }
    return new ConnectionLostError(`candump ended${words === '' ? '' : `: ${words}`}`);
  }
}

const PROGRAMS = { candump: 'candump', cansend: 'cansend' };
