import { dirname, join, resolve } from 'node:path';
import { checkShape, type CheckedShape } from './check-shape.ts';
import { parseEnvFile } from './env-file.ts';
import { valueAt, type Written } from './explain.ts';
import { readText, realFiles, type FileAccess } from './file-access.ts';
import { hasErrors, sortIssues, type ConfigIssue } from './issue.ts';
import { ProfileShelf } from './profile-shelf.ts';
import { resolveSite } from './resolve-site.ts';
import type { SiteConfig } from './site-config.ts';
import { SourceText } from './source-text.ts';
import { pathKey, substitute, type Substituted } from './substitute.ts';
import { YamlFile } from './yaml-file.ts';

export interface LoadOptions {
  /** Where `${NAME}` is looked up; what `.env` says comes after it. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folders of profiles, after `profiles/` beside the site file. */
  readonly profilesDirs: readonly string[];
  /** Default: the real file system. */
  readonly files?: FileAccess;
}

export interface LoadedSite {
  /** Absent when there is an error among the issues. */
  readonly site?: SiteConfig;
  /** Sorted by file and position. */
  readonly issues: readonly ConfigIssue[];
  /** Every file that had, or would have had, a say: what a reload has to watch. */
  readonly files: readonly string[];
}

/** Reads a site file with everything it names. All mistakes are reported at once; nothing throws. */
export async function loadSite(file: string, options: LoadOptions): Promise<LoadedSite> {
  const files = options.files ?? realFiles;
  const read = await readText(files, file);
  if (!('text' in read)) {
    const issue = new SourceText(file, '').issue({ severity: 'error', message: read.problem });
    return { issues: [issue], files: [file] };
  }
  const yaml = new YamlFile(new SourceText(file, read.text));
  if (yaml.value === undefined) return { issues: yaml.issues, files: [file] };
  const folder = dirname(file);
  const env = await readEnv(yaml, folder, files);
  const variables = { env: options.env, envFile: env.values, files, folder };
  const substituted = await substitute(yaml.value, variables);
  const written = writtenOf(yaml, substituted);
  const shape = checkShape(written);
  const shelf = new ProfileShelf([join(folder, 'profiles'), ...options.profilesDirs], files);
  const resolved = await resolveSite(shape.input, {
    ...{ file, folder, yaml, written, shelf, files },
  });
  const masked = masking(substituted);
  const isFollowUp = followUps(substituted, shape);
  const specIssues = [
    ...[...substituted.issues, ...shape.issues],
    ...resolved.issues.map(masked),
  ].filter((issue) => !isFollowUp(issue));
  const issues = unique(
    sortIssues([
      ...[...yaml.issues, ...worst(specIssues).map((issue) => yaml.issue(issue))],
      ...[...env.issues, ...resolved.profileIssues],
    ]),
  );
  const usable = resolved.site !== undefined && !hasErrors(issues);
  return {
    ...(usable && { site: resolved.site }),
    issues: usable && resolved.site.devices.length === 0 ? [...issues, nothingToDo(yaml)] : issues,
    files: [...new Set([file, ...env.files, ...substituted.files, ...resolved.files])],
  };
}

/** Each has to be found in the text, and nobody reads more of them. */
const MAX_ISSUES = 1_000;

function worst(issues: readonly SpecIssue[]): readonly SpecIssue[] {
  if (issues.length <= MAX_ISSUES) return issues;
  const errors = issues.filter(({ severity }) => severity === 'error');
  const notes = issues.filter(({ severity }) => severity !== 'error');
  return [...errors, ...notes].slice(0, MAX_ISSUES);
}

type Env = ReturnType<typeof parseEnvFile> & { readonly files: readonly string[] };

/** `.env` beside the file, if it is there; the file that `envFile` names has to be. */
async function readEnv(yaml: YamlFile, folder: string, files: FileAccess): Promise<Env> {
  const named = valueAt(yaml.value, ['envFile']);
  const path =
    typeof named === 'string' && named !== '' ? resolve(folder, named) : join(folder, '.env');
  const read = await readText(files, path);
  if ('text' in read) {
    return { ...parseEnvFile(new SourceText(path, read.text)), files: [path] };
  }
  const isOptional = named === undefined && read.missing;
  const place = ['envFile'];
  const issues = isOptional
    ? []
    : [yaml.issue({ path: place, severity: 'error', message: `${path}: ${read.problem}` })];
  return { values: new Map(), issues, files: [path] };
}

function writtenOf(yaml: YamlFile, { value, placeholders }: Substituted): Written {
  return {
    value,
    source: (path) => yaml.written(path),
    placeholder: (path) => placeholders.get(pathKey(path)),
  };
}

type SpecIssue = Substituted['issues'][number];

/** What came out of a variable may be a secret: a sentence that might quote it is not shown. */
function masking({ placeholders }: Substituted): (issue: SpecIssue) => SpecIssue {
  // The parser of points looks at a point as a whole, and may quote one part in a remark on another.
  const inPoints = new Map<string, string>();
  for (const [key, text] of placeholders) {
    const path = JSON.parse(key) as SpecIssue['path'];
    for (const parts of [3, 4]) {
      const prefix = pathKey(path.slice(0, parts));
      if (!inPoints.has(prefix)) inPoints.set(prefix, text);
    }
  }
  return (issue) => {
    const { path, severity } = issue;
    const isPoint = path[2] === 'points';
    const shown = isPoint
      ? inPoints.get(pathKey(path.slice(0, 4)))
      : placeholders.get(pathKey(path));
    if (shown === undefined || (issue.onKey === true && !isPoint)) return issue;
    return {
      ...{ path, severity },
      message: `the value of "${shown}" cannot be used here`,
      hint: 'look at what the variable holds: it is not shown',
    };
  };
}

/** Keys of which a device needs one or the other, and the one that is said to be missing. */
const STANDS_FOR: Readonly<Record<string, string>> = { line: 'at', profile: 'points' };

/**
 * One mistake is one issue: a text whose variable is missing has no value to find fault with, and a key
 * that is there under another name is not missing.
 */
function followUps(substituted: Substituted, shape: CheckedShape): (issue: SpecIssue) => boolean {
  const own = new Set(substituted.issues);
  const keys = new Set(substituted.issues.map(({ path }) => pathKey(path)));
  for (const { path, meant } of shape.issues) {
    if (meant === undefined) continue;
    keys.add(pathKey([...path.slice(0, -1), STANDS_FOR[meant] ?? meant]));
  }
  return (issue) => !own.has(issue) && keys.has(pathKey(issue.path));
}

/** What is written once and used through an alias several times is wrong once. */
function unique(issues: readonly ConfigIssue[]): readonly ConfigIssue[] {
  const said = new Set<string>();
  return issues.filter(({ file, line, column, message }) => {
    const key = JSON.stringify([file, line, column, message]);
    return !said.has(key) && said.add(key);
  });
}

function nothingToDo(yaml: YamlFile): ConfigIssue {
  const message = 'no devices: nothing is polled';
  return yaml.issue({ path: ['devices'], severity: 'note', message });
}
