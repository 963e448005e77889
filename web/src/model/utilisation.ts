import type { FrameJson } from '../../../src/api/contract.ts';

/** What a line did with its time: shares that are 1 together. */
export interface Utilisation {
  /** Frames were on the wire, as far as the speed of the line says. */
  readonly busy: number;
  /** A question was out, and no answer there yet. */
  readonly waiting: number;
  /** Between an answer and a question that followed at once: the silence that the line needs. */
  readonly pause: number;
  /** Nobody wanted anything. */
  readonly idle: number;
}

/** A longer silence than this nobody needs: the line had nothing to do. */
const PAUSE_MS = 50;

/** Milliseconds that a byte takes on a line, from its address: `serial:/dev/ttyUSB0 9600 8N1`; 0 on a network. */
export function byteMs(url: string): number {
  const [, baud, data, parity, stop] = /\s(\d+) ([78])([NEO])([12])$/.exec(url) ?? [];
  if (baud === undefined) return 0;
  const bits = 1 + Number(data) + (parity === 'N' ? 0 : 1) + Number(stop);
  return (bits * 1000) / Number(baud);
}

/**
 * What a line did between its first frame of these and now, milliseconds since 1970; undefined where it said
 * nothing. The frames are of one line, in their order.
 */
export function utilisationOf(
  frames: readonly FrameJson[],
  msPerByte: number,
  now: number,
): Utilisation | undefined {
  const [first] = frames;
  if (first === undefined) return undefined;
  const spent = { busy: 0, waiting: 0, pause: 0, idle: 0 };
  let before = first;
  for (const frame of frames.slice(1)) {
    spend(spent, before, frame.atMs, wireMs(frame, msPerByte), frame.direction === 'received');
    before = frame;
  }
  if (now > before.atMs) spend(spent, before, now, 0, false);
  const all = spent.busy + spent.waiting + spent.pause + spent.idle;
  if (all <= 0) return undefined;
  return {
    busy: spent.busy / all,
    waiting: spent.waiting / all,
    pause: spent.pause / all,
    idle: spent.idle / all,
  };
}

type Spent = { -readonly [Part in keyof Utilisation]: number };

/** From one frame to the next moment; `wire` of it went into the frame that ends there. */
function spend(spent: Spent, before: FrameJson, at: number, wire: number, isAnswer: boolean): void {
  const elapsed = Math.max(0, at - before.atMs);
  const busy = Math.min(wire, elapsed);
  spent.busy += busy;
  const rest = elapsed - busy;
  // Until an answer comes, or somebody has given it up, a question is out.
  if (before.direction === 'sent' && isAnswer) spent.waiting += rest;
  else if (before.direction === 'received' && rest <= PAUSE_MS) spent.pause += rest;
  else if (before.direction === 'sent') spent.waiting += rest;
  else spent.idle += rest;
}

function wireMs({ hex }: FrameJson, msPerByte: number): number {
  return hex === '' ? 0 : ((hex.length + 1) / 3) * msPerByte;
}
