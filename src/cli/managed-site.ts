import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Logger } from '../base/log.ts';
import type { SiteConfig } from '../config/site-config.ts';
import type { Gateway } from '../gateway/gateway.ts';
import { siteProblems } from '../gateway/site-problems.ts';
import { noSuchDevice } from '../settings/refusals.ts';
import { Settings } from '../settings/settings.ts';
import type { CliContext } from './context.ts';
import { profileFolders } from './load.ts';
import { keepVersion, Reloader, type ReloadObserver } from './reload.ts';
import { startSite, type SiteOptions } from './start-site.ts';

/** A site file as it was read. */
export interface ReadSite {
  readonly file: string;
  readonly site: SiteConfig;
  /** Every file that had a say in it. */
  readonly files: readonly string[];
  /** Microseconds since 1970. */
  readonly readAt: number;
}

/** A gateway whose files may change while it runs. */
export interface ManagedSite {
  readonly gateway: Gateway;
  /** From now on changes of the files are applied, whoever makes them. */
  begin(observer?: ReloadObserver): Promise<void>;
  stop(): Promise<void>;
}

export async function startManaged(
  context: CliContext,
  read: ReadSite,
  options: SiteOptions,
  logger: Logger,
): Promise<ManagedSite> {
  const { file, site, files, readAt } = read;
  const { clock, env, cwd } = context;
  const settings = new Settings({
    ...{ file: resolve(cwd, file), env, clock, profilesDirs: profileFolders(context) },
  });
  const gateway = await startSite(context, site, { ...options, config: settings }, logger);
  let reloader: Reloader | undefined;
  return {
    gateway,
    async begin(observer = {}) {
      const started = new Reloader(context, { file, site, gateway }, logger, observer);
      reloader = started;
      started.start(files, readAt);
      if (site.data !== undefined) {
        const text = await readFile(file, 'utf8');
        await keepVersion({ data: site.data, file, text }, readAt, logger);
      }
      settings.attach({
        config: () => started.site,
        problemsOf: siteProblems,
        async apply(why, by, from) {
          const reloaded = await started.reload(why, by);
          const what = 'site' in reloaded ? (by.reason ?? '') : `not applied, ${reloaded.reason}`;
          const who = { name: by.who, role: 'admin', from } as const;
          await gateway.note('configuration', what === '' ? why : `${why}: ${what}`, who);
          return reloaded;
        },
        async test(draft, device) {
          const { testDevice } = await import('../gateway/test-device.ts');
          const host = {
            clock,
            running: started.site,
            bench: (line: string) => gateway.bench(line),
          };
          const found = await testDevice(draft, device, host);
          return found === undefined ? noSuchDevice(draft.devices) : { ok: found };
        },
      });
    },
    async stop() {
      reloader?.stop();
      await gateway.stop();
    },
  };
}
