import { dirname, join, resolve } from 'node:path';
import { checkShape } from './check-shape.ts';
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
  const resolved = await resolveSite(shape.input, { file, folder, yaml, written, shelf });
  const specIssues = [
    ...[...substituted.issues, ...shape.issues],
    ...resolved.issues.map((issue) => masked(issue, written)),
  ].filter((issue) => !isFollowUp(issue, substituted));
  const issues = sortIssues([
    ...[...yaml.issues, ...specIssues.map((issue) => yaml.issue(issue))],
    ...[...env.issues, ...resolved.profileIssues],
  ]);
  const usable = resolved.site !== undefined && !hasErrors(issues);
  return {
    ...(usable && { site: resolved.site }),
    issues,
    files: [...new Set([file, ...env.files, ...substituted.files, ...resolved.files])],
  };
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
function masked(issue: SpecIssue, written: Written): SpecIssue {
  const shown = written.placeholder(issue.path);
  if (shown === undefined || issue.onKey === true) return issue;
  return {
    path: issue.path,
    severity: issue.severity,
    message: `the value of "${shown}" cannot be used here`,
    hint: 'look at what the variable holds: it is not shown',
  };
}

/** A text whose variable is missing has no value, and everything else said about it is beside the point. */
function isFollowUp(issue: SpecIssue, { issues }: Substituted): boolean {
  if (issues.includes(issue)) return false;
  const key = pathKey(issue.path);
  return issues.some(({ path }) => pathKey(path) === key);
}
