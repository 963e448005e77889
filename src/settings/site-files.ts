import { createHash } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { readText, realFiles, type FileAccess } from '../config/file-access.ts';
import { loadSite, type LoadedSite } from '../config/load-site.ts';

/** One of the files that a site is written in. */
export interface SiteFile {
  /** From the folder of the site file on, with `/`. */
  readonly name: string;
  readonly kind: 'site' | 'profile';
  /** Absolute. */
  readonly path: string;
  readonly text: string;
  readonly etag: string;
}

/** A text that stands for that of a file. */
export interface Draft {
  readonly path: string;
  readonly text: string;
}

export interface SiteFilesOptions {
  /** The site file, absolute. */
  readonly file: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly profilesDirs: readonly string[];
}

/** The site file and the profiles beside it: nothing outside of its folder is shown, or taken for one of them. */
export class SiteFiles {
  readonly siteName: string;
  readonly #options: SiteFilesOptions;
  readonly #folder: string;

  constructor(options: SiteFilesOptions) {
    this.#options = options;
    this.#folder = dirname(options.file);
    this.siteName = basename(options.file);
  }

  /** What a file is called here; one that is elsewhere by its path. */
  nameOf(path: string): string {
    const name = relative(this.#folder, resolve(path));
    return name.startsWith('..') ? path : name.replaceAll(sep, '/');
  }

  /** The site with a draft instead of one of its files; nothing is written. */
  async load(draft?: Draft): Promise<LoadedSite> {
    const { file, env, profilesDirs } = this.#options;
    const files = draft === undefined ? realFiles : withDraft(draft);
    return loadSite(file, { env, profilesDirs, files });
  }

  /** The site file alone: what belongs to it need not be read. */
  async site(): Promise<SiteFile | { readonly problem: string }> {
    return this.#read(this.#options.file, 'site');
  }

  /** The files that the site has now, the site file first; the reason where that cannot be read. */
  async all(): Promise<readonly SiteFile[] | { readonly problem: string }> {
    const site = await this.site();
    if ('problem' in site) return site;
    const loaded = await this.load({ path: site.path, text: site.text });
    const profiles = join(this.#folder, 'profiles') + sep;
    const found: SiteFile[] = [site];
    for (const path of loaded.files) {
      if (!path.startsWith(profiles) || !path.endsWith('.yaml') || !(await this.#isInside(path))) {
        continue;
      }
      const profile = await this.#read(path, 'profile');
      if ('name' in profile) found.push(profile);
    }
    return found;
  }

  /** A link may lead anywhere: what it leads to is none of ours outside of the folder. */
  async #isInside(path: string): Promise<boolean> {
    try {
      const [folder, file] = await Promise.all([realpath(this.#folder), realpath(path)]);
      return file.startsWith(folder + sep);
    } catch {
      return false;
    }
  }

  async #read(path: string, kind: SiteFile['kind']): Promise<SiteFile | { problem: string }> {
    const read = await readText(realFiles, path);
    if ('problem' in read) return { problem: `${path}: ${read.problem}` };
    return { name: this.nameOf(path), kind, path, text: read.text, etag: etagOf(read.text) };
  }
}

/** Of a text: strong, and the same wherever the text is the same. */
export function etagOf(text: string): string {
  return `"${createHash('sha256').update(text).digest('base64url').slice(0, 27)}"`;
}

function withDraft({ path, text }: Draft): FileAccess {
  return {
    read: async (asked) => (resolve(asked) === path ? Buffer.from(text) : realFiles.read(asked)),
    list: async (folder) => realFiles.list(folder),
  };
}
