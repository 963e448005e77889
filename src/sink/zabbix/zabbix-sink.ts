import type { Clock } from '../../base/clock.ts';
import { SinkUnavailableError } from '../../base/errors.ts';
import { silentLogger, type Logger } from '../../base/log.ts';
import type { Point } from '../../telemetry/point.ts';
import type { Sample } from '../../telemetry/sample.ts';
import type { Delivery, PointName, Refusal, Sink } from '../../telemetry/sink.ts';
import type { Site } from '../../telemetry/site.ts';
import { ZABBIX_KEYS, zabbixName, zabbixValue } from '../../telemetry/zabbix.ts';
import { DiscoveryFeed } from './discovery-feed.ts';
import { askZabbix, type ZabbixPsk, type ZabbixServerAddress } from './exchange.ts';
import { findRefused } from './find-refused.ts';
import { groupBy } from './group-by.ts';
import { senderData, senderResult, zabbixTime, type SenderValue } from './sender-data.ts';

export interface ZabbixSinkOptions {
  /** Name or address of a Zabbix server or proxy. */
  readonly host: string;
  /** Its trapper port. Default 10051. */
  readonly port?: number;
  /** Host in Zabbix that the items belong to; may hold `{site}` and `{device}`. Default `{site}`. */
  readonly zabbixHost?: string;
  /** Key of a value. Default `dinrail.value[{device},{point}]`. */
  readonly key?: string;
  /** Key that gets `good`, `stale` or `bad` with each sample; absent: quality is not sent. */
  readonly qualityKey?: string;
  /** Key of the discovery rule, or of the item it depends on; empty: none is sent. Default `dinrail.discovery`. */
  readonly discoveryKey?: string;
  /** How often discovery is sent again, in milliseconds. Default 1 h. */
  readonly discoveryEveryMs?: number;
  /** Default true. */
  readonly compress?: boolean;
  /** For one packet and its answer, connecting included. Default 10 s. */
  readonly timeoutMs?: number;
  readonly psk?: ZabbixPsk;
}

export interface ZabbixSinkDeps {
  readonly clock: Clock;
  readonly logger?: Logger;
}

/** Values in one packet; a server holds up other senders while it works on one. */
const MAX_VALUES = 1000;

/** Questions by which one batch is sorted into known keys and unknown ones, besides the batch itself. */
const MAX_QUESTIONS = 100;

/** Keys that are remembered as refused, so that each batch need not find them again. */
const MAX_REMEMBERED = 10_000;

/**
 * Sends values to the trapper items of a Zabbix server or proxy, with the time of the reading.
 *
 * Only good values are sent: an item gets nothing while a value is not known. Keys that the server
 * does not know are deferred, as it may know them soon: a discovered item takes values only after the
 * server has read its configuration again. Telling them apart sends some values twice, with the same
 * time, of which a server from 6.0 on keeps one.
 */
export function zabbixSink(options: ZabbixSinkOptions, deps: ZabbixSinkDeps): Sink {
  return new ZabbixSink(options, deps);
}

/** A value and the sample it came from. */
interface Item extends SenderValue {
  readonly sample: Sample;
  readonly role: 'value' | 'quality';
  /** Host and key: what a server knows or does not know. */
  readonly target: string;
}

class ZabbixSink implements Sink {
  readonly #options: ZabbixSinkOptions;
  readonly #server: ZabbixServerAddress;
  readonly #clock: Clock;
  readonly #discovery: DiscoveryFeed;
  #siteName = '';
  #newest: SenderValue | undefined;
  /** Targets that the server refused last time. */
  readonly #refused = new Set<string>();

  constructor(options: ZabbixSinkOptions, { clock, logger = silentLogger }: ZabbixSinkDeps) {
    const { host, port = 10_051, compress = true, timeoutMs = 10_000, psk } = options;
    this.#options = options;
    this.#server = { host, port, compress, timeoutMs, ...(psk !== undefined && { psk }) };
    this.#clock = clock;
    this.#discovery = new DiscoveryFeed(
      {
        key: options.discoveryKey ?? ZABBIX_KEYS.discovery,
        everyMs: options.discoveryEveryMs ?? 3_600_000,
        hostOf: (device) => this.#hostOf(device, ''),
      },
      { clock, logger },
    );
  }

  async open(site: Site): Promise<void> {
    // A server that is away at start is away later too, and waited for.
    this.#siteName = site.name;
    this.#discovery.use(site);
  }

  async write(batch: readonly Sample[], signal: AbortSignal): Promise<Delivery> {
    await this.#discovery.send(batch, async (values) => this.#send(values, signal));

    const rejected: Refusal[] = [];
    const items = batch.flatMap((sample) => this.#itemsOf(sample, rejected));
    const unknown = new Set<Item>();
    // What was refused last time goes by itself: most likely all of it is refused again, at one question.
    const [trusted, doubted] = [
      items.filter((item) => !this.#isRefused(item)),
      items.filter((item) => this.#isRefused(item)),
    ];
    const budget = { questions: MAX_QUESTIONS };
    for (const part of [...packets(trusted), ...packets(doubted)]) {
      for (const item of await this.#deliver(part, budget, signal)) unknown.add(item);
    }
    return { rejected, deferred: this.#deferred(unknown) };
  }

  async test(signal: AbortSignal): Promise<string> {
    const { info } = await this.#send([], signal);
    return `${this.#server.host}:${this.#server.port} is a Zabbix server or proxy and takes values (${info})`;
  }

  newest(): string | undefined {
    return this.#newest && JSON.stringify(this.#newest);
  }

  nameOf({ device, name: point }: Point): PointName {
    const { key = ZABBIX_KEYS.value } = this.#options;
    const names = { site: this.#siteName, device, point };
    const item = zabbixName(key, names, 'key');
    return { name: `${this.#hostOf(device, point)}: ${item}`, query: item };
  }

  async close(): Promise<void> {
    // Every exchange has closed its own connection.
  }

  #hostOf(device: string, point: string): string {
    const template = this.#options.zabbixHost ?? '{site}';
    return zabbixName(template, { site: this.#siteName, device, point }, 'host');
  }

  #itemsOf(sample: Sample, rejected: Refusal[]): readonly Item[] {
    const { value, quality } = sample;
    const { key = ZABBIX_KEYS.value, qualityKey } = this.#options;
    const items: Item[] = [];
    if (qualityKey !== undefined) items.push(this.#item(sample, 'quality', qualityKey, quality));
    if (quality === 'good' && value !== undefined) {
      const text = zabbixValue(value);
      if (text === undefined) rejected.push({ sample, reason: `${String(value)} is no number` });
      else items.push(this.#item(sample, 'value', key, text));
    }
    return items;
  }

  #item(sample: Sample, role: Item['role'], keyTemplate: string, value: string): Item {
    const { device, name } = sample.point;
    const host = this.#hostOf(device, name);
    const key = zabbixName(keyTemplate, { site: this.#siteName, device, point: name }, 'key');
    return { host, key, value, ...zabbixTime(sample.at), sample, role, target: `${host}\n${key}` };
  }

  #isRefused({ target }: Item): boolean {
    return this.#refused.has(target);
  }

  /** Sends a packet; returns what the server did not take, or may not have taken. */
  async #deliver(
    items: readonly Item[],
    budget: { questions: number },
    signal: AbortSignal,
  ): Promise<readonly Item[]> {
    const { failed } = await this.#send(items, signal);
    const byTarget = groupBy(items, ({ target }) => target);
    if (failed === 0) {
      for (const target of byTarget.keys()) this.#refused.delete(target);
      return [];
    }
    if (failed >= items.length) {
      for (const target of byTarget.keys()) this.#remember(target);
      return items;
    }
    return this.#sortOut(byTarget, budget, signal);
  }

  /** A server refuses keys, not values: the newest value of each key finds out which. */
  async #sortOut(
    byTarget: ReadonlyMap<string, readonly Item[]>,
    budget: { questions: number },
    signal: AbortSignal,
  ): Promise<readonly Item[]> {
    const probes = [...byTarget.values()].flatMap((items) => items.slice(-1));
    const count = async (some: readonly Item[]): Promise<number> => {
      budget.questions -= 1;
      return (await this.#send(some, signal)).failed;
    };
    const inAll = budget.questions > 0 ? await count(probes) : -1;
    const { refused, unclear } =
      inAll < 0
        ? { refused: [], unclear: probes }
        : await findRefused(probes, inAll, count, budget.questions);
    for (const { target } of probes) this.#refused.delete(target);
    for (const { target } of refused) this.#remember(target);
    return [...refused, ...unclear].flatMap(({ target }) => byTarget.get(target) ?? []);
  }

  #remember(target: string): void {
    if (this.#refused.size < MAX_REMEMBERED) this.#refused.add(target);
  }

  #deferred(items: ReadonlySet<Item>): readonly Refusal[] {
    const refusals = new Map<Sample, Refusal>();
    for (const { sample, role, host, key } of items) {
      // The value was taken, or speaks for itself: it must not come again for the sake of its quality.
      if (role === 'quality' && sample.quality === 'good') continue;
      const reason = `host ${host} has no trapper item ${key}, or the server does not know of it yet`;
      refusals.set(sample, { sample, reason });
    }
    return [...refusals.values()];
  }

  async #send(
    values: readonly SenderValue[],
    signal: AbortSignal,
  ): Promise<{ failed: number; info: string }> {
    const data = values.map(({ host, key, value, clock, ns }) => ({ host, key, value, clock, ns }));
    this.#newest = data.at(-1) ?? this.#newest;
    const answer = await askZabbix(this.#server, senderData(data), this.#clock, signal);
    const result = senderResult(answer);
    if (result.processed + result.failed !== values.length) {
      throw new SinkUnavailableError(
        `the zabbix server got ${values.length} values and speaks of ${result.info}`,
      );
    }
    return result;
  }
}

/** In their order, no more than fit into a packet each. */
function packets(items: readonly Item[]): readonly (readonly Item[])[] {
  const parts: (readonly Item[])[] = [];
  for (let at = 0; at < items.length; at += MAX_VALUES)
    parts.push(items.slice(at, at + MAX_VALUES));
  return parts;
}
