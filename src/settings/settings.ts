import type {
  ConfigAppliedJson,
  ConfigCheckJson,
  ConfigDraftJson,
  ConfigEditJson,
  ConfigJson,
  ConfigProblemJson,
  ConfigTestJson,
  ConfigTestRequestJson,
  ConfigVersionJson,
} from '../api/contract.ts';
import type {
  ConfigControl,
  ConfigOutcome,
  ConfigPut,
  ConfigRefusal,
} from '../api/config-control.ts';
import type { Clock } from '../base/clock.ts';
import { describeError } from '../base/errors.ts';
import { diffLines } from '../base/line-diff.ts';
import { hasErrors } from '../config/issue.ts';
import type { SiteConfig } from '../config/site-config.ts';
import { siteChanges } from './changes.ts';
import { whyReadOnly, type WriteRefusal } from './may-change.ts';
import { problemsOf } from './problems.ts';
import * as refusals from './refusals.ts';
import { SiteFiles, etagOf, type SiteFile, type SiteFilesOptions } from './site-files.ts';
import { Turns } from './turns.ts';
import { dataBeside, Versions, versionTime, versionsFolder, type ChangedBy } from './versions.ts';
import { replaceFile } from './write-file.ts';

/** What became of applying the files as they are on the disk. */
export type Reloaded = { readonly site: SiteConfig } | { readonly reason: string };

/** The gateway, as those see it who change its configuration. */
export interface RunningSite {
  /** What runs. */
  config(): SiteConfig;
  /** Why a site that is well written cannot run. */
  problemsOf(site: SiteConfig): readonly string[];
  /** Applies the files; what ran before goes on when that fails. Does not reject. */
  apply(why: string, by: ChangedBy, from: string): Promise<Reloaded>;
  /** Asks a device of a site that need not run. */
  test(site: SiteConfig, device: string): Promise<ConfigOutcome<ConfigTestJson>>;
}

export interface SettingsOptions extends SiteFilesOptions {
  readonly clock: Clock;
  /** Default: as the system says. */
  readonly refusalOf?: WriteRefusal;
}

/** Checks and changes at a time; each costs as much as a reload. */
const MAX_WAITING = 4;

/**
 * The files of a running gateway: looked at, tried and changed while it runs. A change is on the disk and
 * in what runs, or in neither; whatever a file had before is among its versions.
 */
export class Settings implements ConfigControl {
  readonly #options: SettingsOptions;
  readonly #files: SiteFiles;
  readonly #checks = new Turns(MAX_WAITING);
  readonly #puts = new Turns(MAX_WAITING);
  readonly #tests = new Turns(1);
  /** All versions of a file are 50 MB at most. */
  readonly #looks = new Turns(MAX_WAITING);
  readonly #running: Promise<RunningSite>;
  #attach: (running: RunningSite) => void = () => undefined;

  constructor(options: SettingsOptions) {
    this.#options = options;
    this.#files = new SiteFiles(options);
    this.#running = new Promise((resolve) => (this.#attach = resolve));
  }

  /** The gateway runs from now on: whoever came before has waited for it. */
  attach(running: RunningSite): void {
    this.#attach(running);
  }

  async files(): Promise<ConfigOutcome<ConfigJson>> {
    const files = await this.#files.all();
    return 'problem' in files
      ? refusals.unreadable(files.problem)
      : { ok: await filesJson(files, this.#options.refusalOf) };
  }

  async schema(): Promise<object> {
    const { gatewayJsonSchema } = await import('../config/json-schema.ts');
    return gatewayJsonSchema();
  }

  async check(draft: ConfigDraftJson): Promise<ConfigOutcome<ConfigCheckJson>> {
    return this.#checks.take(async () => this.#check(draft)) ?? refusals.busy();
  }

  async edit(text: string, edits: readonly ConfigEditJson[]): Promise<ConfigOutcome<string>> {
    const { editText } = await import('../config/edit-text.ts');
    const edit = async (): Promise<ConfigOutcome<string>> => {
      const edited = editText(text, edits);
      return 'text' in edited ? { ok: edited.text } : refusals.notEdited(edited.problem);
    };
    return this.#checks.take(edit) ?? refusals.busy();
  }

  async test(request: ConfigTestRequestJson): Promise<ConfigOutcome<ConfigTestJson>> {
    return this.#tests.take(async () => this.#test(request)) ?? refusals.busy();
  }

  async put(put: ConfigPut): Promise<ConfigOutcome<ConfigAppliedJson>> {
    // A mark of the order of bytes is no part of a text: it would be another one when it is read again.
    const text = put.text.replace(/^\uFEFF/, '');
    return this.#puts.take(async () => this.#put({ ...put, text })) ?? refusals.busy();
  }

  async versions(name?: string): Promise<ConfigOutcome<readonly ConfigVersionJson[]>> {
    return this.#looks.take(async () => this.#list(name)) ?? refusals.busy();
  }

  async #list(name?: string): Promise<ConfigOutcome<readonly ConfigVersionJson[]>> {
    const found = await this.#find(name);
    if ('problem' in found) return found;
    const versions = await (await this.#versionsOf(found)).list();
    // The same text may come again: the newest of it is the one that runs.
    const current = versions.find(({ text }) => text === found.text)?.id;
    const list = versions.map(({ id, text, by }) => ({
      ...{ id, time: versionTime(id), bytes: Buffer.byteLength(text), ...by },
      isCurrent: id === current,
    }));
    return { ok: list };
  }

  async version(id: string, name?: string): Promise<ConfigOutcome<string>> {
    const found = await this.#find(name);
    if ('problem' in found) return found;
    const text = await (await this.#versionsOf(found)).text(id);
    return text === undefined ? refusals.noSuchVersion() : { ok: text };
  }

  async #check({ name, text }: ConfigDraftJson): Promise<ConfigOutcome<ConfigCheckJson>> {
    const running = await this.#running;
    const found = await this.#find(name);
    if ('problem' in found) return found;
    const { problems, site } = await this.#judge(found, text, running);
    const { outlineOf } = await import('../config/outline.ts');
    const outline = outlineOf(text);
    return {
      ok: {
        problems,
        ...(site !== undefined && { changes: siteChanges(running.config(), site) }),
        diff: diffLines(found.text, text),
        ...(outline !== undefined && { outline }),
      },
    };
  }

  async #test(request: ConfigTestRequestJson): Promise<ConfigOutcome<ConfigTestJson>> {
    const { name, text, device } = request;
    const running = await this.#running;
    const found = await this.#find(name);
    if ('problem' in found) return found;
    const { problems, site } = await this.#judge(found, text, running);
    return site === undefined ? refusals.wrong(problems) : running.test(site, device);
  }

  /** What is wrong with a text; the site where it could run. */
  async #judge(
    { path, name }: SiteFile,
    text: string,
    running: RunningSite,
  ): Promise<{ readonly problems: readonly ConfigProblemJson[]; readonly site?: SiteConfig }> {
    const { site, issues } = await this.#files.load({ path, text });
    const nameOf = (file: string): string => this.#files.nameOf(file);
    const problems = problemsOf(issues, { name, text, nameOf });
    if (site === undefined || hasErrors(issues)) return { problems };
    const file = this.#files.siteName;
    const cannot = running
      .problemsOf(site)
      .map((message) => ({ severity: 'error', message, file }) as const);
    return cannot.length > 0 ? { problems: [...problems, ...cannot] } : { problems, site };
  }

  async #put(put: ConfigPut): Promise<ConfigOutcome<ConfigAppliedJson>> {
    const running = await this.#running;
    const found = await this.#find(put.name);
    if ('problem' in found) return found;
    if (put.ifMatch !== found.etag) return refusals.changedMeanwhile(found.name);
    const why = await whyReadOnly(found.path, this.#options.refusalOf);
    if (why !== undefined) return refusals.readOnly(why);
    const { problems, site } = await this.#judge(found, put.text, running);
    if (site === undefined) return refusals.wrong(problems);
    const before = running.config();
    const refused = await this.#apply(found, put, running);
    if (refused !== undefined) return refused;
    const files = await this.files();
    if ('problem' in files) return files;
    return { ok: { ...files.ok, applied: siteChanges(before, running.config()) } };
  }

  /** Writes and applies; what was not applied is taken back. Gives the reason where it was not. */
  async #apply(
    file: SiteFile,
    { text, who, from, reason }: ConfigPut,
    running: RunningSite,
  ): Promise<ConfigRefusal | undefined> {
    const { clock } = this.#options;
    const by: ChangedBy = { who, ...(reason !== undefined && { reason }) };
    const versions = await this.#versionsOf(file);
    try {
      // An editor may have left what was never applied.
      await versions.keep(file.text, clock.wallMicros());
    } catch (error) {
      return refusals.notKept(describeError(error));
    }
    // Whoever saved it in an editor meanwhile was faster.
    const now = await this.#find(file.name);
    if ('problem' in now) return now;
    if (now.etag !== file.etag) return refusals.changedMeanwhile(file.name);
    try {
      if (text !== file.text) await replaceFile(file.path, text);
    } catch (error) {
      return refusals.notWritten(describeError(error));
    }
    const reloaded = await running.apply(`${who} changed ${file.name}`, by, from);
    if ('site' in reloaded) {
      if (file.kind === 'profile')
        await versions.keep(text, clock.wallMicros(), by).catch(() => undefined);
      return undefined;
    }
    const current = await this.#find(file.name);
    if ('problem' in current || current.etag !== etagOf(text)) {
      return refusals.notApplied(reloaded.reason);
    }
    try {
      await replaceFile(file.path, file.text);
    } catch (error) {
      return refusals.notTakenBack(reloaded.reason, describeError(error));
    }
    return refusals.notApplied(reloaded.reason);
  }

  /** The file of a name; the site file where there is none. Only those that there are have one. */
  async #find(name = this.#files.siteName): Promise<SiteFile | ConfigRefusal> {
    if (name === this.#files.siteName) {
      const site = await this.#files.site();
      return 'problem' in site ? refusals.unreadable(site.problem) : site;
    }
    const files = await this.#files.all();
    if ('problem' in files) return refusals.unreadable(files.problem);
    return files.find((file) => file.name === name) ?? refusals.noSuchFile(files);
  }

  async #versionsOf({ kind, name }: SiteFile): Promise<Versions> {
    // Where nothing is kept otherwise, the texts that were applied are.
    const data = (await this.#running).config().data ?? dataBeside(this.#options.file);
    return new Versions(versionsFolder(data, kind === 'site' ? undefined : name));
  }
}

async function filesJson(
  files: readonly SiteFile[],
  refusalOf: WriteRefusal | undefined,
): Promise<ConfigJson> {
  const list = files.map(({ name, kind, text, etag }) => ({ name, kind, text, etag }));
  for (const { path } of files) {
    const why = await whyReadOnly(path, refusalOf);
    if (why !== undefined) return { files: list, mayChange: false, why };
  }
  return { files: list, mayChange: true };
}
