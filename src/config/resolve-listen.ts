export interface Address {
  readonly host: string;
  readonly port: number;
}

const SHAPE = /^(\[[0-9a-f:.]+\]|[^\s:]+)(?::(\d{1,5}))?$/i;

/** `host`, `host:port` or `[v6]:port`; undefined when it is none of them. */
export function hostAndPort(text: string, defaultPort: number): Address | undefined {
  const [, host, written] = SHAPE.exec(text) ?? [];
  const port = Number(written ?? defaultPort);
  if (host === undefined || port > 65_535) return undefined;
  return { host: host.replaceAll(/^\[|\]$/g, ''), port };
}

/** `host:port`, or a port alone: opening to the network is an explicit step. */
export function listenAddress(text: string | number): Address | undefined {
  const [, bare] = /^(\d{1,5})$/.exec(String(text)) ?? [];
  if (bare !== undefined) return hostAndPort(`127.0.0.1:${bare}`, 0);
  return /:\d{1,5}$/.test(String(text)) ? hostAndPort(String(text), 0) : undefined;
}
