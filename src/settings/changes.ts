import type { ConfigChangesJson, ConfigNamesJson } from '../api/contract.ts';
import { lineFingerprints, plainText } from '../config/fingerprint.ts';
import type { SiteConfig } from '../config/site-config.ts';

/** Keys of a site that have no names within, as the file calls them. */
const OTHERS: Readonly<Record<string, (site: SiteConfig) => unknown>> = {
  name: ({ name }) => name,
  site: ({ site }) => site,
  data: ({ data }) => data,
  web: ({ web }) => web,
  writes: ({ writes }) => writes,
  journal: ({ journal }) => journal,
  history: ({ history }) => history,
  outages: ({ outages }) => outages,
};

/** What another configuration would do to what runs; lines go by the same rule as in the engine. */
export function siteChanges(running: SiteConfig, next: SiteConfig): ConfigChangesJson {
  const [before, after] = [lineFingerprints(running), lineFingerprints(next)];
  const isKept = (name: string): boolean => before.get(name) === after.get(name);
  const names = [...after.keys()];
  return {
    lines: {
      started: names.filter((name) => !isKept(name)),
      stopped: [...before.keys()].filter((name) => !isKept(name)),
      kept: names.filter(isKept),
    },
    devices: namedChanges(running.devices, next.devices),
    sinks: namedChanges(running.sinks, next.sinks),
    servers: namedChanges(running.servers, next.servers),
    alarms: namedChanges(running.alarms, next.alarms, ({ id }) => id),
    flows: namedChanges(running.flows, next.flows),
    others: Object.entries(OTHERS)
      .filter(([, part]) => plainText(part(running)) !== plainText(part(next)))
      .map(([name]) => name),
  };
}

function namedChanges<T>(
  before: readonly T[],
  after: readonly T[],
  nameOf: (part: T) => string = (part) => (part as { readonly name: string }).name,
): ConfigNamesJson {
  const texts = (parts: readonly T[]): ReadonlyMap<string, string> =>
    new Map(parts.map((part) => [nameOf(part), plainText(part)]));
  const [old, next] = [texts(before), texts(after)];
  return {
    added: [...next.keys()].filter((name) => !old.has(name)),
    changed: [...next]
      .filter(([name, text]) => old.has(name) && old.get(name) !== text)
      .map(([name]) => name),
    removed: [...old.keys()].filter((name) => !next.has(name)),
  };
}
