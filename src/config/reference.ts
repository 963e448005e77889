import { gatewayJsonSchema, type JsonSchema } from './json-schema.ts';

/** `docs/configuration.md`: every key of the site file, from the schema that checks it. */
export function configurationReference(): string {
  const site = gatewayJsonSchema();
  const { defaults, web } = site.properties ?? {};
  const line = entryOf(site, 'lines').anyOf?.find(({ properties }) => properties) ?? {};
  const device = entryOf(site, 'devices');
  const sinks = entryOf(site, 'sinks').oneOf ?? [];
  return [
    INTRODUCTION,
    section('The site file', 'The keys at the left margin.', site),
    section('defaults', defaults?.description, defaults),
    section('web', web?.description, web),
    section('lines', LINES, line),
    section('devices', DEVICES, device),
    section('limits of a device', undefined, device.properties?.['limits']),
    section('writes of a device', WRITES, site.$defs?.['writeRules']),
    PRECEDENCE,
    ...sinks.flatMap(sinkSections),
    ...storeSections(site),
    types(site.$defs ?? {}),
    VARIABLES,
    ENDING,
  ].join('\n');
}

function sinkSections(option: JsonSchema): readonly string[] {
  const lines = option.properties?.['lines']?.additionalProperties;
  return [
    section(`sinks: ${option.title ?? ''}`, undefined, option),
    ...(lines === undefined || lines === false
      ? []
      : [
          section(
            `lines of ${option.title ?? ''}`,
            'One line, or a list of them.',
            objectOf(lines),
          ),
        ]),
  ];
}

/** What is kept, and who may ask for it. */
function storeSections(site: JsonSchema): readonly string[] {
  const { report, journal, history } = site.properties ?? {};
  return [
    section('report', report?.description, entryOf(site, 'report')),
    section('journal', journal?.description, journal),
    section('history', history?.description, objectOf(history)),
    ...serverSections(site),
    ...exchangeSections(site),
  ];
}

/** What is done with other systems. */
function exchangeSections(site: JsonSchema): readonly string[] {
  const { rules, pulls } = site.properties ?? {};
  const [rule, pull] = [entryOf(site, 'rules'), entryOf(site, 'pulls')];
  const step = rule.properties?.['steps']?.items ?? {};
  return [
    section('rules', rules?.description, rule),
    section('pulls', pulls?.description, pull),
    section('steps of rules and pulls', 'One of the first four keys, `write` or `event`.', step),
    section('write of a step', undefined, step.properties?.['write']?.items),
  ];
}

/** Each kind of server, and what stands in one that serves Modbus. */
function serverSections(site: JsonSchema): readonly string[] {
  const description = site.properties?.['servers']?.description;
  const kinds = entryOf(site, 'servers').oneOf ?? [];
  const modbus = kinds.find(({ title }) => title === 'modbus-tcp') ?? {};
  const client = objectOf(modbus.properties?.['allow']?.items);
  return [
    ...kinds.flatMap((kind) => [
      section(`servers: ${kind.title ?? ''}`, description, kind),
      ...(kind === modbus
        ? [
            section('allow of modbus-tcp', 'A network alone, or with these keys.', client),
            section('limits of modbus-tcp', undefined, modbus.properties?.['limits']),
          ]
        : []),
    ]),
  ];
}

/** The schema of what stands by name under a key of the site. */
function entryOf(site: JsonSchema, key: string): JsonSchema {
  const entry = site.properties?.[key]?.additionalProperties;
  return entry === undefined || entry === false ? {} : entry;
}

/** The one of several shapes that has keys. */
function objectOf(schema: JsonSchema | undefined): JsonSchema | undefined {
  return schema?.anyOf?.find(({ properties }) => properties);
}

function section(title: string, text: string | undefined, schema: JsonSchema = {}): string {
  const required = new Set(schema.required);
  const rows = Object.entries(schema.properties ?? {}).map(([key, value]) => [
    `\`${key}\``,
    typeOf(value),
    required.has(key) ? 'required' : defaultOf(value),
    value.description ?? '',
  ]);
  const introduction = text === undefined ? '' : `${text}\n\n`;
  return `## ${title}\n\n${introduction}${table(['key', 'type', 'default', 'meaning'], rows)}`;
}

/** A table whose columns stand below each other in the file as well. */
function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [titles, ...rows].map((row) => row.map((cell) => cell.replaceAll('|', '\\|')));
  const widths = titles.map((_, column) =>
    Math.max(3, ...cells.map((row) => (row[column] ?? '').length)),
  );
  const line = (row: readonly string[]): string =>
    `| ${widths.map((width, column) => (row[column] ?? '').padEnd(width)).join(' | ')} |`;
  const [head = [], ...body] = cells;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return `${[line(head), rule, ...body.map(line)].join('\n')}\n`;
}

/** Types that are told of elsewhere than among the types. */
const ANCHORS: Readonly<Record<string, string>> = { writeRules: 'writes-of-a-device' };

function typeOf(schema: JsonSchema): string {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.slice(schema.$ref.lastIndexOf('/') + 1);
    return `[${name}](#${ANCHORS[name] ?? name.toLowerCase()})`;
  }
  if (schema.const !== undefined) return `\`${printed(schema.const)}\``;
  if (schema.enum !== undefined) return wordsOf(schema.enum);
  const branches = schema.anyOf ?? schema.oneOf;
  if (branches !== undefined) return [...new Set(branches.map(typeOf))].join(' or ');
  return TYPES[schema.type ?? '']?.(schema) ?? 'any';
}

const TYPES: Readonly<Record<string, (schema: JsonSchema) => string>> = {
  string: () => 'text',
  number: () => 'number',
  boolean: () => '`true`, `false`',
  integer: ({ minimum = 0, maximum }) =>
    maximum === undefined || maximum > 0xffff_ffff ? 'whole number' : `${minimum} to ${maximum}`,
  array: ({ items = {} }) => `list of ${typeOf(items)}`,
  object: ({ additionalProperties: inner }) => {
    if (inner === undefined || inner === false) return 'settings';
    const isBlock = (inner.oneOf ?? inner.anyOf ?? [inner]).some(({ properties }) => properties);
    return isBlock ? 'settings by name' : `${typeOf(inner)} by name`;
  },
};

/** A long list of words stands in the description instead, where it does not stretch the table. */
function wordsOf(words: readonly unknown[]): string {
  return words.length > 8 ? 'word' : words.map((word) => `\`${printed(word)}\``).join(', ');
}

function printed(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function defaultOf({ default: value }: JsonSchema): string {
  return value === undefined ? '' : `\`${printed(value)}\``;
}

function types(definitions: Readonly<Record<string, JsonSchema>>): string {
  const parts = Object.entries(definitions)
    // The long form has a section of its own, below the points it belongs to.
    .filter(([name]) => name !== 'point' && name !== 'writeRules')
    .map(([name, { description }]) => `### ${name}\n\n${description ?? ''}\n`);
  const { point } = definitions;
  return `## Types\n\n${[...parts, section('point', point?.description, point).replace('## ', '### ')].join('\n')}`;
}

const INTRODUCTION = `# Configuration

A site is one YAML file: where the devices are, what they are, and where their values go. What a kind of
device is stands in a profile. \`dinrail check gateway.yaml\` says what is wrong in both, with line and column,
and \`schema/gateway.schema.json\` lets an editor complete and check the file:

\`\`\`yaml
# yaml-language-server: $schema=./schema/gateway.schema.json
version: 1
devices:
  main_meter: { at: tcp://192.168.1.50, profile: schneider/pm8000 }
\`\`\`

This page is made from the schema (\`writeGenerated\` in \`src/config/write-schema.ts\`); change it there.
Unknown keys are errors. Names of devices, lines and sinks are small letters, digits, \`_\` and \`-\` after a
first letter.
`;

const LINES = `A line is an endpoint that several devices share. In short \`rs485: serial:/dev/ttyUSB0 9600 8N1\`, or
with these settings. Devices that name the same endpoint with \`at\` share one line without being told.`;

const DEVICES = 'A device needs `at` or `line`, and `profile` or `points` or both.';

const WRITES = `Names of points, \`writes: [setpoint]\`, or names with rules, \`writes: { setpoint: { max: 900 } }\`; \`*\` stands
for anything. The profile of the device has to say \`rw\` or \`wo\` of the point, and the rules of its \`write\` hold as
well: limits only become narrower here. How writing works is in [writing](writing.md).`;

const PRECEDENCE = `### What wins

How often a point is read: \`groups\` of the device, for the group of the point; then \`groups\` of the profile;
then \`every\` of the device; then \`defaults.every\`. The group \`once\` is read at the start and every hour
after it, because a first answer may be missed; \`on-demand\` and points that are only written are not polled.

How long to wait for an answer: \`timeout\` of the device, of its line, of the profile, of \`defaults\`.

When a value is stale: \`stale\` of the device, of \`defaults\`, else three times the interval of the point.
`;

const VARIABLES = `## Variables and secrets

In every text of the file, not in keys and not in profiles:

${table(
  ['written', 'becomes'],
  [
    [
      '`${NAME}`',
      'the variable, from the environment or from `.env` beside the file; an error when there is none',
    ],
    ['`${NAME:-default}`', 'the same, or `default` when it is missing or empty'],
    ['`${file:/run/secrets/x}`', 'the contents of a file, without the line feed at its end'],
    ['`$${`', '`${` itself'],
  ],
)}
The environment wins over \`.env\`, whose lines are \`NAME=value\`, with quotes, comments and \`export\` as shells
have them. What comes out of a variable is a text, and no message shows it. Inside \`{ }\` YAML wants quotes
around it: \`{ at: "\${METER}" }\`.
`;

const ENDING = `## Changing it over HTTP

The page changes this file through the API, and so may others: who is an admin, by a login, a token, or on a page of this
machine alone with \`local: admin\` below \`web\`. The text may hold secrets, so nobody else sees it.

| request                       | does                                                                                      |
| ----------------------------- | ----------------------------------------------------------------------------------------- |
| \`GET /api/v1/config\`          | the site file and the profiles beside it that it uses, each with its etag                 |
| \`POST /api/v1/config/edit\`    | changes keys of a text; comments, blank lines, quotes and every other line stay           |
| \`POST /api/v1/config/check\`   | mistakes with line, column and path; what would connect anew; the lines that differ       |
| \`POST /api/v1/config/test\`    | reads up to 20 points of a device as a text says, through its line where that runs        |
| \`PUT /api/v1/config\`          | writes and applies a text; \`If-Match\` is the etag of the one it was made from             |
| \`GET /api/v1/config/versions\` | the last 50 texts of a file, with time, name and reason; a PUT of one of them restores it |

A text is on the disk and in what runs, or in neither: it is checked first, the one before is kept as a version, the file is
replaced whole, with its owner and mode, and put back when it cannot be applied. A power cut leaves one of the two. Who was
slower gets 412 and nothing is lost; an editor that saves the file counts as somebody, too. Versions lie under
\`config-history\` in the \`data\` folder (\`dinrail-data\` beside the file where nothing else is kept), and only the program may
read them. Bodies have at most 512 KB.

On the machine, and where no gateway runs, \`dinrail config\` does the same with the versions:

\`\`\`
dinrail config versions
dinrail config diff 2026-01-31T12          # what has changed since; a beginning of a version is enough
dinrail config restore 2026-01-31T12 --reason "the new meter does not answer"
\`\`\`

## What YAML does to values

\`8E1\` is the number 80, \`010\` the number 10 and \`3\` no text: where a text is expected they need quotes. \`yes\`,
\`no\`, \`on\` and \`off\` are texts here, and true or false to older readers of YAML; no key and no value of ours is
one of them. The page is switched off with \`web: { listen: none }\`.
`;
