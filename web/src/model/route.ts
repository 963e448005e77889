import { signal } from '@preact/signals';

/**
 * Where somebody is on the page, from the part of the address behind `#`: `#/devices/furnace1`,
 * `#/trends?pens=furnace1.pv`. So a place can be kept and sent, and needs nothing of the server.
 */
export interface Route {
  readonly screen: string;
  /** What of that screen: a device, an alarm. */
  readonly name?: string;
  readonly query: URLSearchParams;
}

export const FIRST_SCREEN = 'overview';

export const route = signal<Route>({ screen: FIRST_SCREEN, query: new URLSearchParams() });

/** Follows the address. */
export function runRoute(): void {
  const look = (): void => {
    route.value = parseRoute(location.hash);
  };
  addEventListener('hashchange', look);
  look();
}

export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split(/\?(.*)/s);
  const [screen = '', name] = path.split('/').map(plain);
  return {
    screen: screen === '' ? FIRST_SCREEN : screen,
    ...(name !== undefined && name !== '' && { name }),
    query: new URLSearchParams(query),
  };
}

/** The address of a place: `#/devices/furnace1?tab=matrix`. Parts that are empty are left out. */
export function hrefTo(
  screen: string,
  name?: string,
  query: Readonly<Record<string, string | undefined>> = {},
): string {
  const parts = Object.entries(query).filter((part): part is [string, string] => Boolean(part[1]));
  const place = name === undefined ? screen : `${screen}/${encodeURIComponent(name)}`;
  const words = new URLSearchParams(parts).toString();
  return `#/${place}${words === '' ? '' : `?${words}`}`;
}

export function go(href: string): void {
  location.hash = href;
}

/** The same place with another query, without a step to go back over. */
export function refine(query: Readonly<Record<string, string | undefined>>): void {
  const { screen, name, query: before } = route.peek();
  const href = hrefTo(screen, name, { ...Object.fromEntries(before), ...query });
  history.replaceState(undefined, '', href);
  route.value = parseRoute(href);
}

/** What is wrongly escaped is taken as it is: somebody has typed it. */
function plain(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
