import type { Socket } from 'node:net';
import type { Cancel, Clock } from '../base/clock.ts';
import { describeError } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import { answerText, UNKNOWN_COMMAND, type TextAnswer, type TextDevice } from './text-desk.ts';

export interface TextLimits {
  /** Connections at a time; one more ends the oldest that waits for nothing of ours. Default 16. */
  readonly clients: number;
  /** The longest request, in bytes. Default 1024. */
  readonly requestBytes: number;
  /** Requests on one connection. Default 100. */
  readonly requests: number;
  /** The first request must have come within this, and each further one. Default 5 s. */
  readonly firstLineMs: number;
  /** Silence that ends a request without a line end. Default 30 ms: it may come in two pieces. */
  readonly quietMs: number;
  /** The device has this long, whatever it does. Default 30 s. */
  readonly answerMs: number;
}

/** What happened since the port opened; whatever is dropped is counted somewhere here. */
export interface TextCounters {
  connects: number;
  /** Connections from addresses that may not connect, or when every place is at work. */
  refused: number;
  /** Connections closed to make room for another. */
  evicted: number;
  requests: number;
  answers: number;
  unknown: number;
  /** Answers that are `None` or an exception. */
  failures: number;
  /** Connections closed because no request came in time, or an answer was not fetched. */
  late: number;
  /** Requests that were longer than allowed. */
  oversize: number;
  /** Connections that ended in an error of the network. */
  lost: number;
}

export function textCounters(): TextCounters {
  return {
    ...{ connects: 0, refused: 0, evicted: 0, requests: 0, answers: 0 },
    ...{ unknown: 0, failures: 0, late: 0, oversize: 0, lost: 0 },
  };
}

export interface ConversationOptions {
  readonly device: TextDevice;
  readonly clock: Clock;
  readonly limits: TextLimits;
  readonly counters: TextCounters;
  readonly logger: Logger;
}

const LINE_END = 0x0a;

/**
 * One connection. A request ends with a line end, with the end of what the client sends, or with a
 * moment of silence, as clients of this port send none. The answer is bare text and the end of the
 * connection; where another line has come already, a line end and the next answer follow first.
 */
export class TextConversation {
  readonly #socket: Socket;
  readonly #options: ConversationOptions;
  readonly #from: string;
  #received = Buffer.alloc(0);
  #asked = 0;
  #hasEnded = false;
  #isOver = false;
  /** Is a request being answered? */
  isWorking = false;
  #cancelDeadline: Cancel = () => undefined;
  #cancelQuiet: Cancel = () => undefined;

  constructor(socket: Socket, options: ConversationOptions) {
    this.#socket = socket;
    // A socket that is closed has none any more.
    this.#from = socket.remoteAddress ?? 'unknown';
    this.#options = options;
    socket.on('data', (chunk) => {
      this.#receive(chunk);
    });
    socket.on('end', () => {
      this.#hasEnded = true;
      this.#look(true);
    });
    this.#startDeadline();
  }

  /** Ends it at once, whatever is under way. */
  end(): void {
    this.#isOver = true;
    this.#cancelDeadline();
    this.#cancelQuiet();
    this.#socket.destroy();
  }

  #receive(chunk: Buffer): void {
    if (this.#isOver) return;
    this.#received = Buffer.concat([this.#received, chunk]);
    // No more is taken than the longest request and what came with its end.
    if (this.#received.length > this.#options.limits.requestBytes) this.#socket.pause();
    this.#look(false);
  }

  /** Answers the next request, if it is whole; `isQuiet`: nothing more of it will come. */
  #look(isQuiet: boolean): void {
    if (this.isWorking || this.#isOver) return;
    this.#cancelQuiet();
    const { clock, limits, counters } = this.#options;
    const end = this.#received.indexOf(LINE_END);
    const size = end < 0 ? this.#received.length : end;
    if (size > limits.requestBytes) {
      counters.oversize += 1;
      this.#finish(UNKNOWN_COMMAND.text);
      return;
    }
    if (end < 0 && !isQuiet && !this.#hasEnded) {
      if (size === 0) return;
      this.#cancelQuiet = clock.alarm(clock.now() + limits.quietMs, () => {
        this.#look(true);
      });
      return;
    }
    const text = this.#received.toString('utf8', 0, size);
    this.#received = this.#received.subarray(end < 0 ? size : size + 1);
    void this.#answer(text);
  }

  async #answer(text: string): Promise<void> {
    const { device, clock, limits, counters, logger } = this.#options;
    this.isWorking = true;
    this.#cancelDeadline();
    counters.requests += 1;
    this.#asked += 1;
    let answer: TextAnswer;
    try {
      answer = await inTime(answerText(text, device, this.#from), limits.answerMs, clock);
    } catch (error) {
      // Whatever it is, it must not end the port; the log says that it is ours.
      logger.error('a request on the text port failed', {
        request: text,
        error: describeError(error),
      });
      answer = { text: 'Exception occurred: internal error', kind: 'failure' };
    }
    this.isWorking = false;
    if (answer.kind === 'unknown') counters.unknown += 1;
    if (answer.kind === 'failure') counters.failures += 1;
    this.#reply(answer);
  }

  #reply({ text, kind }: TextAnswer): void {
    const { device, limits, counters } = this.#options;
    if (kind === 'exit') {
      this.#finish(text, () => device.exit?.());
      return;
    }
    if (this.#isOver) return;
    if (this.#received.length === 0 || this.#asked >= limits.requests) {
      this.#finish(text);
      return;
    }
    counters.answers += 1;
    this.#socket.write(`${text}\n`);
    if (this.#received.length <= limits.requestBytes) this.#socket.resume();
    this.#startDeadline();
    this.#look(this.#hasEnded);
  }

  /** The last answer, and the end; `sent` is called when it is on its way, or nobody wants it. */
  #finish(text: string, sent: () => void = () => undefined): void {
    if (this.#isOver) {
      sent();
      return;
    }
    this.#isOver = true;
    this.#options.counters.answers += 1;
    this.#cancelQuiet();
    this.#socket.end(text, sent);
    // What the client sends behind it is not read: a close with unread bytes would take the answer away.
    this.#socket.resume();
    this.#startDeadline();
  }

  /** The client has this long to say what it wants, or to fetch what it was told. */
  #startDeadline(): void {
    const { clock, limits, counters } = this.#options;
    this.#cancelDeadline();
    this.#cancelDeadline = clock.alarm(clock.now() + limits.firstLineMs, () => {
      counters.late += 1;
      this.end();
    });
  }
}

/** The answer, or `None` when the device takes too long. */
async function inTime(answer: Promise<TextAnswer>, ms: number, clock: Clock): Promise<TextAnswer> {
  let cancel: Cancel = () => undefined;
  const timeout = new Promise<TextAnswer>((resolve) => {
    cancel = clock.alarm(clock.now() + ms, () => {
      resolve({ text: 'None', kind: 'failure' });
    });
  });
  try {
    return await Promise.race([answer, timeout]);
  } finally {
    cancel();
  }
}
