import type ts from 'typescript';
import { ROUTES, TOPICS } from '../../src/api/table/route-table.ts';
import type { QueryFacts, RouteFacts } from '../../src/api/table/route-facts.ts';
import { readContract } from './contract-types.ts';
import { SchemaMaker, type Schema } from './schema-of-type.ts';

/** Types that no answer is, and that are sent all the same. */
const EVENTS = { snapshot: 'SnapshotEvent', delta: 'DeltaEvent' };

const PROBLEM = '#/components/schemas/ProblemJson';

export interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly 'x-role'?: string;
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: object;
  readonly responses: Readonly<Record<string, object>>;
}

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly description?: string;
  readonly schema: Schema;
  readonly example?: string | number;
}

/** As far as others look into it. */
export interface OpenApi {
  readonly openapi: string;
  readonly info: object;
  readonly servers: readonly object[];
  readonly tags: readonly { readonly name: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, Schema>>;
    readonly responses: Readonly<Record<string, object>>;
    readonly securitySchemes: object;
  };
}

/** The API as OpenAPI 3.1, made from the table of routes and the types of the contract. */
export function openApi(root: string): OpenApi {
  const routes = ROUTES.filter(({ route }) => !/ \/(assets|$)/.test(route));
  const types = readContract(root, wordsOf(routes));
  const maker = new SchemaMaker(types.checker);
  const typeOf = (words: string): ts.Type => types.byWords.get(words)!;
  const schemas: Schemas = {
    answer: (words) => maker.schemaOf(typeOf(words)),
    body: (words) => maker.closedSchemaOf(typeOf(words)),
  };
  const paths: Record<string, Record<string, Operation>> = {};
  for (const { name, routes: about } of TOPICS) {
    for (const facts of about.filter((one) => routes.includes(one))) {
      const [method = '', path = ''] = facts.route.split(' ');
      const open = path.replace(/:(\w+)/g, '{$1}');
      paths[open] = { ...paths[open], [method.toLowerCase()]: operation(name, facts, schemas) };
    }
  }
  for (const words of ['ProblemJson', ...Object.values(EVENTS)]) schemas.answer(words);
  return {
    openapi: '3.1.0',
    info: {
      title: 'dinrail',
      version: '1',
      summary: 'Modbus and CAN field equipment as JSON over HTTP.',
      description: DESCRIPTION,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    // From where this document is: the folder above /api.
    servers: [{ url: '../..' }],
    tags: TOPICS.map(({ name, summary }) => ({ name, description: summary })),
    paths,
    components: {
      schemas: maker.components,
      responses: sharedResponses(),
      securitySchemes: SECURITY_SCHEMES,
    },
  };
}

const DESCRIPTION = [
  'A value that is not known is null, never 0: look at its quality.',
  'Each refusal is a problem of RFC 9457 with a stable `code` and a `fix`.',
  'A body is JSON of at most 16 KiB, where nothing else is said; a key of a body or of a query that is not known is refused.',
  'Times are ISO 8601 with an offset. Every GET takes HEAD, but for the event stream.',
  'A part that a site does not have, such as alarms, is not there: 404.',
].join(' ');

const SECURITY_SCHEMES = {
  bearer: { type: 'http', scheme: 'bearer', description: 'One of `web.tokens` of the site file.' },
  session: {
    ...{ type: 'apiKey', in: 'cookie', name: 'dinrail_session' },
    description: 'Given by `POST /api/v1/login`.',
  },
  csrf: {
    ...{ type: 'apiKey', in: 'header', name: 'x-csrf-token' },
    description: 'The word of the session, from `GET /api/v1/me`, with every change.',
  },
};

function wordsOf(routes: readonly RouteFacts[]): readonly string[] {
  const words = routes.flatMap(({ body, answer }) => [
    ...(body === undefined ? [] : [body]),
    ...(isMedia(answer) ? [] : [answer]),
  ]);
  return [...new Set([...words, 'ProblemJson', ...Object.values(EVENTS)])];
}

function isMedia(answer: string): boolean {
  return answer.includes('/');
}

interface Schemas {
  readonly answer: (words: string) => Schema;
  readonly body: (words: string) => Schema;
}

function operation(topic: string, facts: RouteFacts, schemas: Schemas): Operation {
  const { route, summary, access, body, answer, maxBytes } = facts;
  const parameters = parametersOf(facts);
  return {
    tags: [topic],
    operationId: operationId(route),
    summary,
    ...(access !== 'open' && access !== undefined && { 'x-role': access }),
    security: securityOf(facts),
    ...(parameters.length > 0 && { parameters }),
    ...(body !== undefined && {
      requestBody: {
        required: true,
        content: { 'application/json': { schema: schemas.body(body) } },
        ...(maxBytes !== undefined && { description: `At most ${maxBytes / 1024} KiB.` }),
      },
    }),
    responses: {
      200: {
        description: isMedia(answer) ? answer : 'The answer.',
        content: isMedia(answer)
          ? { [answer]: { schema: { type: 'string' } } }
          : { 'application/json': { schema: schemas.answer(answer) } },
      },
      ...problemsOf(facts),
    },
  };
}

/** `GET /api/v1/values/:device` is `getValuesDevice`. */
function operationId(route: string): string {
  const [method = '', path = ''] = route.split(' ');
  const words = path.replace('/api/v1', '').match(/\w+/g) ?? [];
  const name = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
  return `${method.toLowerCase()}${name}`;
}

/** The empty one: at the machine itself, where the site wants neither a login nor tokens. */
function securityOf({ route, access }: RouteFacts): Operation['security'] {
  if (access === 'open') return [];
  const session: Readonly<Record<string, readonly string[]>> = route.startsWith('GET ')
    ? { session: [] }
    : { session: [], csrf: [] };
  return [{ bearer: [] }, session, {}];
}

function parametersOf({ route, query = {}, headers = {} }: RouteFacts): readonly Parameter[] {
  return [
    ...[...route.matchAll(/:(\w+)/g)].map(([, name = '']): Parameter => ({
      name,
      in: 'path',
      required: true,
      schema: { type: 'string' },
    })),
    ...Object.entries(query).map(([name, facts]): Parameter => ({
      ...{ name, in: 'query', description: facts.summary, schema: querySchema(facts) },
      ...exampleOf(facts),
    })),
    ...Object.entries(headers).map(([name, description]): Parameter => ({
      ...{ name, in: 'header', description, schema: { type: 'string' } },
    })),
  ];
}

function querySchema({ type = 'string', values }: QueryFacts): Schema {
  return { type, ...(values !== undefined && { enum: values }) };
}

function exampleOf({ type, example }: QueryFacts): Pick<Parameter, 'example'> {
  if (example === undefined) return {};
  return { example: type === 'integer' ? Number(example) : example };
}

/** What the guards say before a route is asked, by status. */
const GUARDS: Readonly<Record<number, readonly string[]>> = {
  400: ['no-such-parameter', 'wrong-parameter', 'wrong-body', 'bad-request', 'no-path'],
  401: ['login-needed', 'token-needed', 'wrong-token'],
  403: ['foreign-site', 'forged', 'role'],
  404: ['no-such-path'],
  413: ['bad-request'],
  415: ['no-json', 'bad-request'],
  421: ['foreign-host'],
  500: ['internal'],
};

function problemsOf({ access, body, problems = {} }: RouteFacts): Readonly<Record<string, object>> {
  const guards = Object.keys(GUARDS)
    .map(Number)
    .filter((status) => status !== 401 || access !== 'open')
    .filter((status) => ![413, 415].includes(status) || body !== undefined);
  const statuses = [...new Set([...guards, ...Object.keys(problems).map(Number)])].sort();
  return Object.fromEntries(
    statuses.map((status) => {
      const own = problems[status];
      const known = guards.includes(status) ? (GUARDS[status] ?? []) : [];
      if (own === undefined) return [status, { $ref: `#/components/responses/${status}` }];
      return [status, problemResponse([...own, ...known])];
    }),
  );
}

function sharedResponses(): Readonly<Record<string, object>> {
  return Object.fromEntries(
    Object.entries(GUARDS).map(([status, codes]) => [status, problemResponse(codes)]),
  );
}

function problemResponse(codes: readonly string[]): object {
  const unique = [...new Set(codes)];
  return {
    description: unique.join(', '),
    content: {
      'application/problem+json': {
        schema: { allOf: [{ $ref: PROBLEM }, { properties: { code: { enum: unique } } }] },
      },
    },
  };
}
