import { createHash } from 'node:crypto';
import { statSync, watch, type FSWatcher } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Cancel } from '../base/clock.ts';
import { describeError } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import { realFiles, type FileAccess } from '../config/file-access.ts';
import { formatIssues } from '../config/format-issues.ts';
import { hasErrors } from '../config/issue.ts';
import { loadSite } from '../config/load-site.ts';
import type { SiteConfig } from '../config/site-config.ts';
import { siteProblems } from '../gateway/site-problems.ts';
import type { Gateway } from '../gateway/gateway.ts';
import type { Reloaded } from '../settings/settings.ts';
import { dataBeside, Versions, versionsFolder, type ChangedBy } from '../settings/versions.ts';
import type { CliContext } from './context.ts';
import { profileFolders } from './load.ts';

/** An editor writes a file in several steps; what comes within this time is one change. */
const SETTLE_MS = 300;

/** Whoever wants to know that a change is being applied. */
export interface ReloadObserver {
  readonly begins?: () => void;
  readonly ended?: () => void;
}

export interface ReloadSubject {
  readonly file: string;
  /** What was read from it, and runs. */
  readonly site: SiteConfig;
  readonly gateway: Pick<Gateway, 'reload'>;
}

/**
 * Applies the site file again when it, or a file it names, changes, on SIGHUP, and when somebody has changed
 * it through the gateway. A file with an error changes nothing: its issues are printed, and what runs goes on.
 */
export class Reloader {
  readonly #context: CliContext;
  readonly #file: string;
  readonly #gateway: ReloadSubject['gateway'];
  readonly #logger: Logger;
  readonly #watchers = new Map<string, FSWatcher>();
  #watched = new Set<string>();
  #cancelSettle: Cancel = () => undefined;
  #forgetHangup: () => void = () => undefined;
  readonly #observer: ReloadObserver;
  #work: Promise<unknown> = Promise.resolve();
  #site: SiteConfig;
  /** Of the texts that run: a change that leaves them the same is none. */
  #digest: string | undefined;

  constructor(
    context: CliContext,
    { file, site, gateway }: ReloadSubject,
    logger: Logger,
    observer: ReloadObserver = {},
  ) {
    this.#observer = observer;
    this.#context = context;
    this.#file = file;
    this.#site = site;
    this.#gateway = gateway;
    this.#logger = logger;
  }

  /** What runs. */
  get site(): SiteConfig {
    return this.#site;
  }

  /** `files` are those the site was read from, at `readAt` (microseconds since 1970). */
  start(files: readonly string[], readAt: number): void {
    this.#watch(files);
    // Starting a site takes a moment, in which nobody watched.
    if (files.some((file) => changedSince(file, readAt))) this.#settle();
    this.#forgetHangup =
      this.#context.onHangup?.(() => void this.reload('SIGHUP')) ?? this.#forgetHangup;
  }

  stop(): void {
    this.#forgetHangup();
    this.#cancelSettle();
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
  }

  /** Applies the files as they are, behind what is being applied already. Does not reject. */
  async reload(why: string, by?: ChangedBy): Promise<Reloaded> {
    return this.#inTurn(async () => this.#apply(why, by));
  }

  /** Folders are watched, not files: editors replace a file, and a watch would stay with the old one. */
  #watch(files: readonly string[]): void {
    this.#watched = new Set(files);
    const folders = new Set(files.map((file) => dirname(file)));
    for (const [folder, watcher] of this.#watchers) {
      if (folders.has(folder)) continue;
      watcher.close();
      this.#watchers.delete(folder);
    }
    for (const folder of folders) if (!this.#watchers.has(folder)) this.#watchFolder(folder);
  }

  #watchFolder(folder: string): void {
    try {
      const watcher = watch(folder, (_, name) => {
        const isOurs = [...this.#watched].some(
          (file) => dirname(file) === folder && (name === null || basename(file) === name),
        );
        if (isOurs) this.#settle();
      });
      watcher.on('error', () => watcher.close());
      this.#watchers.set(folder, watcher);
    } catch {
      // A folder that is not there, such as profiles beside the file, cannot change either.
    }
  }

  #settle(): void {
    const { clock } = this.#context;
    this.#cancelSettle();
    this.#cancelSettle = clock.alarm(clock.now() + SETTLE_MS, () => {
      void this.#inTurn(async () => this.#apply('the file changed', undefined, true));
    });
  }

  /** One at a time: a second change waits for the first to be applied. */
  async #inTurn(apply: () => Promise<Reloaded>): Promise<Reloaded> {
    const done = this.#work.then(async () => {
      this.#observer.begins?.();
      try {
        return await apply();
      } catch (error) {
        // Whatever it was, the next change has its turn.
        const reason = describeError(error);
        this.#logger.error(`a change of the file was not applied: ${reason}`);
        return { reason };
      } finally {
        this.#observer.ended?.();
      }
    });
    // One that ends in a fault of ours is no end of those behind it.
    this.#work = done.catch(() => undefined);
    return done;
  }

  async #apply(why: string, by?: ChangedBy, onlyChanged = false): Promise<Reloaded> {
    const { env, stderr } = this.#context;
    const read = new DigestedFiles();
    const { site, issues, files } = await loadSite(this.#file, {
      ...{ env, profilesDirs: profileFolders(this.#context), files: read },
    });
    this.#watch(files);
    // Whoever changed it through the gateway has had it applied, before the folder told of the change.
    if (onlyChanged && read.digest() === this.#digest) return { site: this.#site };
    if (hasErrors(issues)) stderr.write(formatIssues(issues, { color: stderr.isTerminal }));
    const goesOn = 'not applied, what runs goes on';
    if (site === undefined) {
      this.#logger.error(`${why}: the file has errors and was ${goesOn}`);
      return { reason: 'the file has errors' };
    }
    const [problem] = siteProblems(site);
    const reason = problem ?? (await this.#takeOver(why, site));
    if (reason !== undefined) {
      this.#logger.error(`${why}: ${goesOn}: ${reason}`);
      return { reason };
    }
    this.#digest = read.digest();
    const text = read.text(this.#file);
    if (text !== undefined) await this.#keep(text, by);
    return { site };
  }

  /** Gives the reason where that did not succeed; what ran before runs again then. */
  async #takeOver(why: string, site: SiteConfig): Promise<string | undefined> {
    this.#logger.info(`${why}: applying ${this.#file}`);
    try {
      await this.#gateway.reload(site);
      this.#site = site;
      return undefined;
    } catch (error) {
      const reason = describeError(error);
      await this.#gateway.reload(this.#site).catch((again: unknown) => {
        this.#logger.error(`what ran before could not be had back: ${describeError(again)}`);
      });
      return reason;
    }
  }

  async #keep(text: string, by?: ChangedBy): Promise<void> {
    const { data } = this.#site;
    // Where nothing is kept, only those who change it through the gateway want versions.
    if (data === undefined && by === undefined) return;
    const { clock } = this.#context;
    await keepVersion({ data, file: this.#file, text, by }, clock.wallMicros(), this.#logger);
  }
}

/** The files as they are, with what was read remembered. */
class DigestedFiles implements FileAccess {
  readonly #read = new Map<string, Uint8Array>();

  async read(path: string): Promise<Uint8Array> {
    const bytes = await realFiles.read(path);
    this.#read.set(path, bytes);
    return bytes;
  }

  async list(folder: string): Promise<readonly string[]> {
    return realFiles.list(folder);
  }

  text(path: string): string | undefined {
    const bytes = this.#read.get(path);
    return bytes === undefined ? undefined : Buffer.from(bytes).toString();
  }

  /** Of everything that was read: the same for the same texts. */
  digest(): string {
    const hash = createHash('sha256');
    for (const path of [...this.#read.keys()].sort()) {
      const bytes = this.#read.get(path) ?? new Uint8Array();
      hash.update(`${path}\0${bytes.length}\0`).update(bytes);
    }
    return hash.digest('hex');
  }
}

function changedSince(file: string, micros: number): boolean {
  return (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0) * 1000 > micros;
}

export interface AppliedText {
  /** Folder of everything that is kept; without it, one beside the file. */
  readonly data: string | undefined;
  readonly file: string;
  readonly text: string;
  readonly by?: ChangedBy | undefined;
}

/** Keeps the applied text; a disk that refuses is worth a warning and nothing more. */
export async function keepVersion(
  { data, file, text, by }: AppliedText,
  micros: number,
  logger: Logger,
): Promise<void> {
  try {
    await new Versions(versionsFolder(data ?? dataBeside(file))).keep(text, micros, by);
  } catch (error) {
    logger.warn(`the applied file was not kept: ${describeError(error)}`);
  }
}
