import { join } from 'node:path';
import type { Writable } from 'node:stream';
import type { ConfigControl } from '../api/config-control.ts';
import { Page } from './page.ts';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/log.ts';
import type { SiteConfig } from '../config/site-config.ts';
import { diskFiles } from '../delivery/sink-files.ts';
import { Engine, type SourceSetup } from '../engine/engine.ts';
import type { WriteDoor } from '../gate/write-door.ts';
import type { Site } from '../telemetry/site.ts';
import type { BenchLine } from '../workbench/bench-line.ts';
import { workbenchOf } from './workbench.ts';
import { FlightRecorder } from '../traffic/flight-recorder.ts';
import { Alarms } from './alarms.ts';
import { lockData } from './data-lock.ts';
import { Exchanges } from './exchange.ts';
import { heardLines } from './heard-lines.ts';
import { inTurn } from './in-turn.ts';
import { lineSetups } from './lines.ts';
import { Polls, type PollsParts } from './polls.ts';
import { RefusedBlocks } from './refused-blocks.ts';
import { Servers } from './servers.ts';
import { Stores } from './stores.ts';
import { within } from './within.ts';
import { WrittenLines } from './written-lines.ts';
import { Writing } from './writing.ts';

/** How long the parts may take to stop, in milliseconds, before the program goes on without them. */
const STOP_LIMIT_MS = 1_500;
/** The part of it that a write under way may take. */
const WRITE_STOP_LIMIT_MS = 500;

/** What the gateway needs from the program around it. */
export interface GatewayHost {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly stdout: Writable;
  readonly formatTime: (micros: number) => string;
  readonly version: string;
  /** Number of this process, for those who look who has the data folder. */
  readonly pid?: number;
  /** Folder of the built page. */
  readonly webRoot: string;
  /** Ends the program in order: somebody who may has asked for it. */
  readonly exit: () => void;
  /** The files of the site, for those who change them while it runs. */
  readonly config?: ConfigControl;
}

/** A running site. */
export interface Gateway {
  readonly site: Site;
  /** The way in for whoever writes from inside the program. */
  readonly gate: WriteDoor;
  /** For the audit, where there is one: what somebody did besides writing. */
  readonly note: PollsParts['note'];
  /** Where the page is; undefined when it is switched off. */
  readonly url: string | undefined;
  /** How somebody looks at other registers on a line; undefined where it is none that is asked. */
  bench(line: string): BenchLine | undefined;
  /** For how long the polls have stood still, in milliseconds; 0 while they move. */
  standstillMs(): number;
  /**
   * Takes over another configuration: whole lines and sinks are replaced where they differ, the rest
   * goes on. A page that cannot move to its new address stays where it is, with a line in the log.
   */
  reload(config: SiteConfig): Promise<void>;
  /** Ends everything in order: writing, polling, then sinks with what waits, then the page. */
  stop(): Promise<void>;
}

/**
 * Builds the parts of a site and starts them. Rejects when the page's port cannot be had, or another gateway
 * has the data folder.
 */
export async function startGateway(config: SiteConfig, host: GatewayHost): Promise<Gateway> {
  const lock = await lockData(config.data, host);
  try {
    return inTurn(await startParts(config, host), host.clock, lock);
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function startParts(config: SiteConfig, host: GatewayHost): Promise<Gateway> {
  const { clock, logger } = host;
  const recorder = new FlightRecorder(clock);
  const written = new WrittenLines();
  const lines = linesOf(host, recorder, written);
  const engine = new Engine(config.name, lines(config), clock, logger);
  const stores = await Stores.open(config, engine, host);
  const alarms = await openAlarms(config, engine, stores, host);
  const writing = new Writing(engine, host, (event) => stores.event(event));
  const exchanges = new Exchanges(engine, stores, writing, host);
  const polls = pollsOf(config, engine, { stores, writing }, host);
  const workbench = workbenchOf(engine, writing, clock);
  const operated = { stores, alarms, writing, traffic: recorder, exchanges, polls, workbench };
  const page = new Page(engine, host, operated);
  const servers = new Servers(engine, host, writing, written);
  polls.apply(config);
  polls.restore();
  try {
    await writing.apply(config);
    await exchanges.apply(config);
    await page.serve(config);
    await servers.apply(config);
  } catch (error) {
    await page.close();
    await servers.stop();
    await exchanges.stop();
    await writing.close();
    await alarms.close().then(async () => stores.close());
    throw error;
  }
  engine.start();
  return {
    ...{ site: engine, gate: writing, note: noteOf(writing) },
    get url() {
      return page.url;
    },
    bench: (line) => engine.bench(line),
    standstillMs: () => engine.standstillMs(),
    async reload(next) {
      const { started, stopped, kept } = engine.apply(lines(next), next.name);
      polls.apply(next);
      await writing.apply(next);
      await exchanges.apply(next);
      await stores.apply(next);
      alarms.apply(next.alarms);
      await servers.move(next);
      await page.move(next);
      logger.info('configuration applied', {
        linesStarted: started.length,
        linesStopped: stopped.length,
        linesKept: kept.length,
      });
    },
    async stop() {
      await within(clock, STOP_LIMIT_MS, async () => {
        // What is on its way to a device ends before its line does, and no client writes to no line.
        await within(clock, WRITE_STOP_LIMIT_MS, async () => {
          await exchanges.stop();
          await writing.close();
        });
        const asked = servers.stop();
        workbench.close();
        engine.stop();
        recorder.close();
        const kept = alarms.close().then(async () => stores.close());
        await Promise.all([kept, page.close(), asked]);
      });
    },
  };
}

function noteOf(writing: Writing): PollsParts['note'] {
  return async (topic, message, who) => writing.note(topic, message, who);
}

/** Polling as people operate it: what they do is in the audit, and told as an event. */
function pollsOf(
  { data }: SiteConfig,
  engine: Engine,
  { stores, writing }: { readonly stores: Stores; readonly writing: Writing },
  { clock, logger }: GatewayHost,
): Polls {
  return new Polls(
    {
      ...{ engine, clock, logger, note: noteOf(writing) },
      tell: (event) => stores.event(event),
    },
    data,
  );
}

/** Makes the lines of a configuration, those that are asked and those that clients write to. */
function linesOf(
  host: GatewayHost,
  recorder: FlightRecorder,
  written: WrittenLines,
): (config: SiteConfig) => readonly SourceSetup[] {
  const { clock, logger } = host;
  // One memory per folder: lines that a reload keeps go on writing to theirs.
  const memories = new Map<string, RefusedBlocks>();
  const polled = (config: SiteConfig): readonly SourceSetup[] => {
    if (config.data === undefined) return lineSetups(config, clock, { recorder });
    const memory = memories.get(config.data) ?? new RefusedBlocks(config.data, logger);
    memories.set(config.data, memory);
    return lineSetups(config, clock, { refused: memory, recorder });
  };
  return (config) => [
    ...polled(config),
    ...[...written.setups(config), ...heardLines(config, host)],
  ];
}

async function openAlarms(
  { alarms, data }: SiteConfig,
  site: Site,
  stores: Stores,
  { clock, logger }: GatewayHost,
): Promise<Alarms> {
  return Alarms.open(alarms, {
    ...{ site, clock, logger, journal: stores.journal, files: diskFiles },
    ...(data !== undefined && { folder: join(data, 'alarms') }),
    append: (event) => stores.event(event),
  });
}
