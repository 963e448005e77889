import { FramingError } from '../base/errors.ts';
import { encodeZabbixFrame, ZABBIX_MAGIC, ZabbixDeframer } from '../base/zabbix-frame.ts';
import { runCheck, type CheckContext, type CheckResult } from './zabbix-check.ts';

const LINE_FEED = 0x0a;

/** A server asks for one value at a time; more than this is somebody who wants us to work. */
const MAX_CHECKS = 16;

/**
 * Gathers one request: a frame, or from an old server, or a person with netcat, a line of text. It is
 * told apart by its first bytes.
 */
export class AgentRequest {
  readonly #maxBytes: number;
  #received: Uint8Array = new Uint8Array(0);

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  push(bytes: Uint8Array): void {
    const joined = new Uint8Array(this.#received.length + bytes.length);
    joined.set(this.#received);
    joined.set(bytes, this.#received.length);
    this.#received = joined;
  }

  /**
   * The text of the request, or undefined until more bytes arrive. `isOver`: no more will. Throws
   * FramingError when this is no request, or one beyond the limit.
   */
  next(isOver = false): string | undefined {
    if (this.#isFramed()) {
      const deframer = new ZabbixDeframer(this.#maxBytes);
      deframer.push(this.#received);
      const body = deframer.next();
      return body === undefined ? undefined : text(body);
    }
    const end = this.#received.indexOf(LINE_FEED);
    const size = end === -1 ? this.#received.length : end;
    if (size > this.#maxBytes) {
      throw new FramingError(`a line of more than ${this.#maxBytes} bytes`);
    }
    if (end === -1 && !(isOver && size > 0)) return undefined;
    return text(this.#received.subarray(0, size));
  }

  /** So far the bytes are those of a header. */
  #isFramed(): boolean {
    const shown = Math.min(4, this.#received.length);
    return ZABBIX_MAGIC.subarray(0, shown).every((byte, index) => byte === this.#received[index]);
  }
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes).trim();
}

export interface AgentAnswer {
  readonly frame: Uint8Array;
  /** Checks that were asked for, and how many of them had no value. */
  readonly checks: number;
  readonly unsupported: number;
}

/** Answers a request: a bare key, or since Zabbix 7.0 JSON with keys in it. */
export function answerRequest(request: string, context: CheckContext): AgentAnswer {
  const keys = request.startsWith('{') ? passiveChecks(request) : undefined;
  const results = (keys ?? [request]).map((key) => runCheck(key, context));
  const body =
    keys === undefined ? results.map(plainAnswer).join('') : jsonAnswer(results, context.version);
  return {
    frame: encodeZabbixFrame(new TextEncoder().encode(body), 'plain'),
    checks: results.length,
    unsupported: results.filter((result) => 'unsupported' in result).length,
  };
}

function plainAnswer(result: CheckResult): string {
  return 'value' in result ? result.value : `ZBX_NOTSUPPORTED\0${result.unsupported}`;
}

function jsonAnswer(results: readonly CheckResult[], version: string): string {
  const data = results.map((result) =>
    'value' in result ? { value: result.value } : { error: result.unsupported },
  );
  return JSON.stringify({ version, variant: 2, data });
}

/** The keys of `{"request":"passive checks","data":[{"key":"…"}]}`; undefined when it is something else. */
function passiveChecks(request: string): readonly string[] | undefined {
  try {
    const { request: kind, data } = JSON.parse(request) as { request?: unknown; data?: unknown };
    if (kind !== 'passive checks' || !Array.isArray(data)) return undefined;
    if (data.length > MAX_CHECKS) return undefined;
    const keys = data.map((entry: unknown) => (entry as { key?: unknown } | null)?.key);
    return keys.every((key) => typeof key === 'string') ? keys : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
