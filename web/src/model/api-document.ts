/** The description of the API, as far as the page shows it. */
export interface ApiDocument {
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

interface Operation {
  readonly tags: readonly string[];
  readonly summary: string;
  readonly 'x-role'?: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: object;
  readonly responses: Readonly<Record<string, { readonly content?: object }>>;
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly description?: string;
  readonly example?: string | number;
}

export interface ApiRoute {
  readonly method: string;
  readonly path: string;
  readonly summary: string;
  readonly role?: string;
  readonly parameters: readonly Parameter[];
  /** Can it be tried without changing anything, and shown? */
  readonly isReading: boolean;
}

export interface ApiTopic {
  readonly name: string;
  readonly summary: string;
  readonly routes: readonly ApiRoute[];
}

export function topicsOf({ tags, paths }: ApiDocument): readonly ApiTopic[] {
  const routes = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({
      topic: operation.tags[0],
      route: routeOf(method, path, operation),
    })),
  );
  return tags.map(({ name, description }) => ({
    ...{ name, summary: description },
    routes: routes.filter(({ topic }) => topic === name).map(({ route }) => route),
  }));
}

function routeOf(method: string, path: string, operation: Operation): ApiRoute {
  const { summary, parameters = [], responses } = operation;
  const role = operation['x-role'];
  const types = Object.keys(responses['200']?.content ?? {});
  return {
    ...{ method: method.toUpperCase(), path, summary, parameters },
    ...(role !== undefined && { role }),
    isReading: method === 'get' && types.some((type) => /json$|^text\/plain$/.test(type)),
  };
}

/** The path with what was typed in place of its parameters; those that are empty are left out. */
export function filledPath(
  { path, parameters }: ApiRoute,
  typed: Readonly<Record<string, string>>,
): string {
  const query = new URLSearchParams();
  for (const { name, in: place } of parameters) {
    const text = typed[name] ?? '';
    if (place === 'query' && text !== '') query.set(name, text);
  }
  const filled = path.replace(/\{(\w+)\}/g, (whole, name: string) =>
    typed[name] === undefined || typed[name] === '' ? whole : encodeURIComponent(typed[name]),
  );
  return query.size === 0 ? filled : `${filled}?${query.toString()}`;
}

/** For a shell; the gateway's own address in front. */
export function curlCommand(
  route: ApiRoute,
  base: string,
  typed: Readonly<Record<string, string>>,
): string {
  const url = `'${new URL(`.${filledPath(route, typed)}`, base).href.replaceAll('%7B', '{').replaceAll('%7D', '}')}'`;
  if (route.method === 'GET') return `curl ${url}`;
  const body = route.method === 'DELETE' ? '' : " -H 'content-type: application/json' -d '{}'";
  return `curl -X ${route.method} ${url} -H "Authorization: Bearer $DINRAIL_TOKEN"${body}`;
}
