import type {
  ConfigEditJson,
  ConfigPartJson,
  ConfigProblemJson,
} from '../../../../src/api/contract.ts';
import type { Key } from '../../text/messages/en.ts';
import { namesIn, partAt, wordAt, wordOf, type Path } from './part.ts';
import { defaultOf, kindsOf, variantsOf, waysOf, type Schema, type Way } from './schema.ts';

/** A part of the form: what of the site file stands together. */
export interface Section {
  readonly title: Key;
  readonly names: readonly string[];
}

export const SECTIONS: readonly Section[] = [
  {
    title: 'settings.gateway',
    names: ['name', 'site', 'writes', 'data', 'envFile', 'defaults'],
  },
  { title: 'settings.lines', names: ['lines'] },
  { title: 'settings.devices', names: ['devices'] },
  { title: 'settings.sinks', names: ['sinks'] },
  { title: 'settings.alarms', names: ['alarms'] },
  { title: 'settings.servers', names: ['servers'] },
  { title: 'settings.web', names: ['web'] },
  { title: 'settings.keeping', names: ['report', 'journal', 'history', 'outages'] },
  { title: 'settings.flows', names: ['rules', 'pulls'] },
];

/** The sections of a schema; what stands in none of them comes last. */
export function sectionsOf({ properties = {} }: Schema): readonly Section[] {
  const known = new Set(['version', ...SECTIONS.flatMap(({ names }) => names)]);
  const others = Object.keys(properties).filter((name) => !known.has(name));
  const there = SECTIONS.map(({ title, names }) => ({
    title,
    names: names.filter((name) => name in properties),
  })).filter(({ names }) => names.length > 0);
  return others.length === 0 ? there : [...there, { title: 'settings.others', names: others }];
}

/** Fields that people look for first, by where the group is. */
const FIRST: Readonly<Record<string, readonly string[]>> = {
  devices: ['at', 'line', 'unit', 'label', 'profile', 'every', 'points'],
  sinks: ['include'],
  servers: ['listen', 'include', 'map'],
  alarms: ['when', 'priority', 'text', 'delay'],
  points: ['at', 'label', 'unit', 'decimals', 'write', 'alarm'],
  web: ['listen', 'login', 'tls'],
};

/** Fields of a group that are shown though nobody has set them. */
export function firstFields(path: Path, part: ConfigPartJson | undefined): readonly string[] {
  const first = FIRST[String(path.at(-2))] ?? FIRST[String(path.at(-1))] ?? [];
  // A device is at an endpoint of its own or on a line: whoever has the one needs not the other.
  const [other] = (['at', 'line'] as const).filter((name) => partAt(part, [name]) !== undefined);
  const needless = other === undefined ? undefined : other === 'at' ? 'line' : 'at';
  return path.at(-2) === 'devices' ? first.filter((name) => name !== needless) : first;
}

/** What a new entry begins with, by where it is added. */
export function starterOf(root: Schema, of: Schema, path: Path, kind: string | undefined): unknown {
  if (path.length === 1 && path[0] === 'devices') return { at: 'tcp://192.168.1.10', unit: 1 };
  if (kind !== undefined) return withRequired(root, of, kind);
  return waysOf(root, of)[0] === 'word' ? '' : withRequired(root, of, undefined);
}

function withRequired(root: Schema, of: Schema, kind: string | undefined): object {
  const groups = variantsOf(root, of).filter(({ properties }) => properties !== undefined);
  const group =
    groups.find(({ properties }) => properties?.['type']?.const === kind) ?? groups[0] ?? {};
  const required = (group.required ?? []).filter((name) => {
    const field = group.properties?.[name];
    return field !== undefined && waysOf(root, field).includes('word');
  });
  return Object.fromEntries(required.map((name) => [name, name === 'type' ? kind : '']));
}

/** The kinds to choose from before an entry is added. */
export function kindsAt(root: Schema, of: Schema): readonly string[] {
  const kinds = kindsOf(root, of);
  return kinds.length > 1 ? kinds : [];
}

/** The same, written in another way: what can be kept is. */
export function rewritten(
  root: Schema,
  schema: Schema,
  part: ConfigPartJson | undefined,
  way: Way,
): unknown {
  if (way === 'list') return [];
  const variants = variantsOf(root, schema);
  const hasPlace = variants.some(({ properties }) => properties?.['at'] !== undefined);
  if (way === 'word') {
    const words = variants.flatMap(
      (one) => one.enum ?? (one.const === undefined ? [] : [one.const]),
    );
    return hasPlace
      ? (wordAt(part, 'at') ?? '')
      : (words.find((word) => typeof word === 'string') ?? '');
  }
  const word = wordOf(part);
  return hasPlace && word !== undefined ? { at: word } : {};
}

/** Another name for an entry, and for those who speak of it where that is certain. */
export function renaming(
  root: ConfigPartJson | undefined,
  path: Path,
  key: string,
): readonly ConfigEditJson[] {
  const [section, name] = path;
  const edits: ConfigEditJson[] = [{ path, key }];
  if (section !== 'lines' || path.length !== 2) return edits;
  const devices = partAt(root, ['devices']);
  for (const device of namesIn(devices)) {
    if (wordAt(partAt(devices, [device]), 'line') !== String(name)) continue;
    edits.push({ path: ['devices', device, 'line'], value: key });
  }
  return edits;
}

/** A few words that tell an entry from the others. */
export function briefOf(part: ConfigPartJson | undefined): string {
  const word = wordOf(part);
  if (word !== undefined) return word;
  const names = [
    'label',
    'type',
    'at',
    'line',
    'profile',
    'url',
    'path',
    'server',
    'listen',
    'when',
  ];
  const words = names.flatMap((name) => wordAt(part, name) ?? []).filter((one) => one !== '');
  return words.slice(0, 3).join(' · ');
}

/** Problems of exactly this part, or of something in it that the form does not show. */
export function problemsAt(
  problems: readonly ConfigProblemJson[],
  path: Path,
): readonly ConfigProblemJson[] {
  return problems.filter((one) => one.path !== undefined && isPath(one.path, path));
}

/** Problems of this part and everything in it. */
export function problemsIn(
  problems: readonly ConfigProblemJson[],
  path: Path,
): readonly ConfigProblemJson[] {
  return problems.filter(
    (one) => one.path !== undefined && isPath(one.path.slice(0, path.length), path),
  );
}

/** Problems of names in a group that its schema does not have: no field is there to show them. */
export function strayProblems(
  problems: readonly ConfigProblemJson[],
  path: Path,
  { properties = {} }: Schema,
): readonly ConfigProblemJson[] {
  return problemsIn(problems, path).filter(({ path: whole = [] }) => {
    const name = whole[path.length];
    return name !== undefined && !(name in properties);
  });
}

function isPath(one: Path, other: Path): boolean {
  return one.length === other.length && one.every((step, at) => String(step) === String(other[at]));
}

/** What may be meant by a field that names something else in the file. */
export function suggestionsFor(root: ConfigPartJson | undefined, name: string): readonly string[] {
  if (name === 'line') return namesIn(partAt(root, ['lines']));
  if (name === 'device') return namesIn(partAt(root, ['devices']));
  if (name !== 'profile') return [];
  const devices = partAt(root, ['devices'])?.fields ?? [];
  return [...new Set(devices.flatMap(([, device]) => wordAt(device, 'profile') ?? []))];
}

/** What is so when nothing is written; a reference such as `defaults.every` is followed. */
export function usualOf(
  site: Schema,
  root: ConfigPartJson | undefined,
  schema: Schema,
): string | undefined {
  const usual = defaultOf(schema);
  const path = usual?.split('.') ?? [];
  const meant = path.reduce<Schema | undefined>((one, name) => one?.properties?.[name], site);
  if (meant === undefined || usual === undefined) return usual;
  return wordOf(partAt(root, path)) ?? defaultOf(meant) ?? usual;
}
