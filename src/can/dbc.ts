/**
 * A DBC file: what the frames of a bus mean. Only what decoding needs is kept; comments and attributes
 * must be well-formed and are otherwise passed over.
 */
export interface Dbc {
  readonly messages: readonly DbcMessage[];
}

export interface DbcMessage {
  readonly name: string;
  /** As in the file, with bit 31 set where the id has 29 bits: see `frameOfKey`. */
  readonly key: number;
  /** Data bytes. */
  readonly size: number;
  readonly comment?: string;
  readonly signals: readonly DbcSignal[];
}

export interface DbcSignal {
  readonly name: string;
  /** As in the file: the least significant bit of `little`, the most significant one of `big`. */
  readonly start: number;
  /** 1..64 bits. */
  readonly length: number;
  readonly order: 'little' | 'big';
  readonly form: 'unsigned' | 'signed' | 'float';
  /** Engineering value = raw x factor + offset. */
  readonly factor: number;
  readonly offset: number;
  /** Absent where the file says 0 to 0, which says nothing. */
  readonly range?: readonly [min: number, max: number];
  readonly unit?: string;
  readonly comment?: string;
  /** Names of raw values. */
  readonly values?: ReadonlyMap<number, string>;
  /** It selects which of the others are in a frame. */
  readonly isMultiplexor: boolean;
  /** It is in a frame only while another one has one of these values. */
  readonly selectedBy?: DbcSelection;
}

export interface DbcSelection {
  /** Name of a multiplexor of the same message. */
  readonly multiplexor: string;
  /** Raw values from..to, both included. */
  readonly ranges: readonly (readonly [from: number, to: number])[];
}

export function findMessage(dbc: Dbc, name: string): DbcMessage | undefined {
  return dbc.messages.find((message) => message.name === name);
}

/** The multiplexor that no other selects; undefined where the message has none. */
export function rootMultiplexor({ signals }: DbcMessage): DbcSignal | undefined {
  return signals.find(({ isMultiplexor, selectedBy }) => isMultiplexor && selectedBy === undefined);
}
