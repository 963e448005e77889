import { parseNetworks, type NetworkList } from '../base/network-list.ts';
import { EXCEPTION } from '../codec/pdu/exception.ts';
import type { PendingRead } from '../server/unit-tables.ts';
import { contains, type MapRange } from './map-entry.ts';

/** Who may do what. */
export interface AccessRule {
  /** Networks as `parseNetworks` reads them, or `serial` for whoever asks on a serial line. */
  readonly from: string | readonly string[];
  /** `write` is reading and writing. */
  readonly access: 'read' | 'write';
  /** Default: every unit. */
  readonly units?: readonly number[];
  /** Default: every address. */
  readonly ranges?: readonly MapRange[];
  /** As logs and counters call them: `ESP32 over WiFi`. */
  readonly name: string;
}

/** The machine itself and its serial lines may do everything; nobody else may do anything. */
export const LOCAL_ONLY: readonly AccessRule[] = [
  { from: ['loopback', 'serial'], access: 'write', name: 'this machine' },
];

export interface ClientCounters {
  readonly name: string;
  reads: number;
  writes: number;
  refused: number;
}

interface Rule extends AccessRule {
  readonly networks: NetworkList;
  readonly isSerial: boolean;
  readonly counters: ClientCounters;
}

/** What a request asks for. */
export type Asked = Pick<PendingRead, 'table' | 'start' | 'count' | 'unitId' | 'peer'>;

export interface Verdict {
  /**
   * 0 grants. 1, illegal function: this client may not do such a thing to this unit at all, which is
   * what V1.1b3 section 7 calls a function that is no allowable action, and what the Modbus/TCP
   * security specification answers to a role without the right. 2, illegal data address: it may, but
   * not there.
   */
  readonly exception: number;
  /** The name of the rule that granted, or of the first one for its network. */
  readonly client: string;
}

const UNLISTED: ClientCounters = { name: 'unlisted', reads: 0, writes: 0, refused: 0 };

/** Peers whose rules are remembered. Each connection is one, so there are never many. */
const MAX_PEERS = 256;

export class AccessList {
  readonly #rules: readonly Rule[];
  readonly #unlisted: ClientCounters = { ...UNLISTED };
  readonly #byPeer = new Map<string, readonly Rule[]>();

  /** Throws InvalidRequestError for a text that is no network. */
  constructor(rules: readonly AccessRule[] = LOCAL_ONLY) {
    this.#rules = rules.map((rule) => {
      const from = typeof rule.from === 'string' ? [rule.from] : rule.from;
      return {
        ...rule,
        networks: parseNetworks(from.filter((text) => text !== 'serial')),
        isSerial: from.includes('serial'),
        counters: { name: rule.name, reads: 0, writes: 0, refused: 0 },
      };
    });
  }

  /** May anybody from this address connect? For `admit` of the listener. */
  admits(address: string): boolean {
    return this.#rules.some(({ networks }) => networks.isAllowed(address));
  }

  /** Judges one request and counts it. */
  judge(access: 'read' | 'write', asked: Asked): Verdict {
    const rules = this.#rulesOf(asked.peer);
    let exception: number = EXCEPTION.illegalFunction;
    for (const rule of rules) {
      if (access === 'write' && rule.access !== 'write') continue;
      if (rule.units?.includes(asked.unitId) === false) continue;
      if (rule.ranges === undefined || rule.ranges.some((range) => contains(range, asked))) {
        rule.counters[access === 'read' ? 'reads' : 'writes'] += 1;
        return { exception: 0, client: rule.name };
      }
      exception = EXCEPTION.illegalDataAddress;
    }
    const counters = rules[0]?.counters ?? this.#unlisted;
    counters.refused += 1;
    return { exception, client: counters.name };
  }

  /** What each rule let through and refused, and what came from nowhere on the list. */
  counters(): readonly Readonly<ClientCounters>[] {
    return [...this.#rules.map(({ counters }) => counters), this.#unlisted];
  }

  #rulesOf(peer: string): readonly Rule[] {
    const known = this.#byPeer.get(peer);
    if (known !== undefined) return known;
    const address = addressOf(peer);
    const rules = this.#rules.filter(({ networks, isSerial }) =>
      address === undefined ? isSerial : networks.isAllowed(address),
    );
    if (this.#byPeer.size >= MAX_PEERS) this.#byPeer.clear();
    this.#byPeer.set(peer, rules);
    return rules;
  }
}

/** `192.168.1.7` of `192.168.1.7:40123`, `fe80::1` of `[fe80::1]:40123`; undefined on a serial line. */
export function addressOf(peer: string): string | undefined {
  const [, bracketed, plain] = /^(?:\[(.+)\]|([^:]+)):\d+$/.exec(peer) ?? [];
  return bracketed ?? plain;
}
