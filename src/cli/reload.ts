import { statSync, watch, type FSWatcher } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Cancel } from '../base/clock.ts';
import { describeError } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import { formatIssues } from '../config/format-issues.ts';
import { hasErrors } from '../config/issue.ts';
import { loadSite } from '../config/load-site.ts';
import { siteProblems } from '../gateway/site-problems.ts';
import { keepApplied } from '../gateway/config-history.ts';
import type { Gateway } from '../gateway/gateway.ts';
import type { CliContext } from './context.ts';
import { profileFolders } from './load.ts';

/** An editor writes a file in several steps; what comes within this time is one change. */
const SETTLE_MS = 300;

/** Whoever wants to know that a change is being applied. */
export interface ReloadObserver {
  readonly begins?: () => void;
  readonly ended?: () => void;
}

/**
 * Applies the site file again when it, or a file it names, changes, and on SIGHUP. A file with an error
 * changes nothing: its issues are printed, and what runs goes on.
 */
export class Reloader {
  readonly #context: CliContext;
  readonly #file: string;
  readonly #gateway: Gateway;
  readonly #logger: Logger;
  readonly #watchers = new Map<string, FSWatcher>();
  #watched = new Set<string>();
  #cancelSettle: Cancel = () => undefined;
  #forgetHangup: () => void = () => undefined;
  readonly #observer: ReloadObserver;
  #work: Promise<void> = Promise.resolve();

  constructor(
    context: CliContext,
    file: string,
    gateway: Gateway,
    logger: Logger,
    observer: ReloadObserver = {},
  ) {
    this.#observer = observer;
    this.#context = context;
    this.#file = file;
    this.#gateway = gateway;
    this.#logger = logger;
  }

  /** `files` are those the site was read from, at `readAt` (microseconds since 1970). */
  start(files: readonly string[], readAt: number): void {
    this.#watch(files);
    // Starting a site takes a moment, in which nobody watched.
    if (files.some((file) => changedSince(file, readAt))) this.#settle();
    this.#forgetHangup =
      this.#context.onHangup?.(() => this.#reload('SIGHUP')) ?? this.#forgetHangup;
  }

  stop(): void {
    this.#forgetHangup();
    this.#cancelSettle();
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
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
    this.#cancelSettle = clock.alarm(clock.now() + SETTLE_MS, () =>
      this.#reload('the file changed'),
    );
  }

  /** One at a time: a second change waits for the first to be applied. */
  #reload(why: string): void {
    this.#work = this.#work.then(async () => {
      this.#observer.begins?.();
      try {
        await this.#apply(why);
      } finally {
        this.#observer.ended?.();
      }
    });
  }

  async #apply(why: string): Promise<void> {
    const { env, stderr, clock } = this.#context;
    const { site, issues, files } = await loadSite(this.#file, {
      env,
      profilesDirs: profileFolders(this.#context),
    });
    this.#watch(files);
    if (hasErrors(issues)) stderr.write(formatIssues(issues, { color: stderr.isTerminal }));
    if (site === undefined) {
      this.#logger.error(`${why}: the file has errors and was not applied, what runs goes on`);
      return;
    }
    const [reason] = siteProblems(site);
    if (reason !== undefined) {
      this.#logger.error(`${why}: not applied, what runs goes on: ${reason}`);
      return;
    }
    this.#logger.info(`${why}: applying ${this.#file}`);
    await this.#gateway.reload(site);
    if (site.data !== undefined)
      await keep(site.data, this.#file, clock.wallMicros(), this.#logger);
  }
}

function changedSince(file: string, micros: number): boolean {
  return (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0) * 1000 > micros;
}

/** Keeps the applied file; a disk that refuses is worth a warning and nothing more. */
export async function keep(
  data: string,
  file: string,
  micros: number,
  logger: Logger,
): Promise<void> {
  try {
    await keepApplied(data, file, micros);
  } catch (error) {
    logger.warn(`the applied file was not kept: ${describeError(error)}`);
  }
}
