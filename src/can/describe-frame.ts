import type { DbcMessage, DbcSignal } from './dbc.ts';
import { CAUSES, MessageTable, type MessagePart } from './message-table.ts';
import type { CanFrame } from './frame.ts';

/** One signal of a frame, for people. */
export interface ShownSignal {
  readonly signal: DbcSignal;
  /** Absent where there is none, for the reason in `cause`. */
  readonly value?: number | bigint;
  /** What a value table calls it. */
  readonly word?: string;
  readonly cause?: string;
}

export interface ShownFrame {
  readonly message: DbcMessage;
  readonly signals: readonly ShownSignal[];
}

/** Says what frames mean, each by itself. */
export class FrameDescriber {
  readonly #table: MessageTable;
  readonly #wanted: readonly { readonly message: DbcMessage; readonly signal: DbcSignal }[];
  #message: DbcMessage | undefined;
  #signals: ShownSignal[] = [];

  constructor(messages: readonly DbcMessage[]) {
    this.#wanted = messages.flatMap((message) =>
      message.signals.map((signal) => ({ message, signal })),
    );
    this.#table = new MessageTable(this.#wanted, {
      frame: (message) => {
        this.#message = message;
        this.#signals = [];
      },
      part: (part) => this.#signals.push(...this.#shown(part)),
    });
  }

  /** Undefined for a frame of no message that is known. */
  describe(frame: CanFrame): ShownFrame | undefined {
    if (!this.#table.accept(frame)) return undefined;
    const message = this.#message;
    return message === undefined ? undefined : { message, signals: this.#signals };
  }

  #shown({ wanted }: MessagePart): ShownSignal[] {
    const { numbers, causes, wholes } = this.#table;
    return wanted.flatMap((index): ShownSignal[] => {
      const signal = this.#wanted[index]?.signal;
      if (signal === undefined) return [];
      const cause = CAUSES[causes[index] ?? 0];
      if (cause !== undefined) return [{ signal, cause }];
      const value = wholes[index] ?? numbers[index] ?? NaN;
      const raw = Math.round((Number(value) - signal.offset) / signal.factor);
      const word = signal.values?.get(raw);
      return [{ signal, value, ...(word !== undefined && { word }) }];
    });
  }
}
