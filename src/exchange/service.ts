import type { Clock } from '../base/clock.ts';
import { describeError } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import type { Journal } from '../journal/journal.ts';
import { newestSamples } from '../journal/newest-samples.ts';
import type { Sample } from '../telemetry/sample.ts';
import type { Site, Unsubscribe } from '../telemetry/site.ts';
import type { ExchangeControl, FlowStatus, RunReport } from './control.ts';
import { Exchange, type ExchangeCounters } from './exchange.ts';
import { ExchangeLog, type ExchangeFiles } from './exchange-log.ts';
import { ExchangeState } from './exchange-state.ts';
import type { FlowSetup } from './flow-setup.ts';
import type { EventPort, HttpPort, WritePort } from './ports.ts';
import { PullLoop } from './pull-loop.ts';
import { RuleWatch } from './rule-watch.ts';
import { planReport, runReport } from './run-report.ts';
import { StepRunner } from './step-runner.ts';

export interface ServiceParts {
  readonly site: Site;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly files: ExchangeFiles;
  readonly http: HttpPort;
  readonly writer: WritePort;
  readonly events: EventPort;
}

/** How long a run that somebody tries again is tried, in milliseconds, where its flow is gone. */
const RETRY_MS = 600_000;

/** Rules and pulls of a site, and the exchange that does their steps. */
export class ExchangeService implements ExchangeControl {
  readonly #parts: ServiceParts;
  readonly #log: ExchangeLog;
  readonly #exchange: Exchange;
  #flows: ReadonlyMap<string, FlowSetup> = new Map();
  #watches: readonly RuleWatch[] = [];
  #loops: ReadonlyMap<string, PullLoop> = new Map();
  #byPoint: ReadonlyMap<string, readonly RuleWatch[]> = new Map();
  #unsubscribe: Unsubscribe = () => undefined;

  constructor(parts: ServiceParts) {
    this.#parts = parts;
    const { clock, logger, files, http, writer, events } = parts;
    const state = new ExchangeState();
    this.#log = new ExchangeLog(files, state, clock, logger);
    const runner = new StepRunner({
      ...{ clock, http, writer, events },
      headersOf: (flow, template) => this.#flows.get(flow)?.headers[template] ?? {},
    });
    this.#exchange = new Exchange({ clock, logger, log: this.#log, state, runner });
  }

  /** Reads the log and starts. To be awaited before the first poll. Rejects when the disk cannot be read. */
  async open(flows: readonly FlowSetup[]): Promise<void> {
    await this.#log.open();
    await this.apply(flows);
    this.#unsubscribe = this.#parts.site.subscribe((changed) => this.#hear(changed));
    this.#exchange.start();
  }

  /** Other rules and pulls. Runs that have begun end as they were planned. */
  async apply(flows: readonly FlowSetup[]): Promise<void> {
    this.#stopFlows();
    this.#flows = new Map(flows.map((flow) => [flow.name, flow]));
    const { site, clock, logger, http } = this.#parts;
    const exchange = this.#exchange;
    this.#watches = flows.flatMap((flow) =>
      flow.kind === 'rule'
        ? flow.instances.map((instance) => new RuleWatch(flow, instance, { site, clock, exchange }))
        : [],
    );
    const byPoint = new Map<string, RuleWatch[]>();
    for (const watch of this.#watches) {
      for (const id of watch.ids) byPoint.set(id, [...(byPoint.get(id) ?? []), watch]);
    }
    this.#byPoint = byPoint;
    await this.#restore([...byPoint.keys()]);
    for (const watch of this.#watches) watch.look();
    const loops = flows.flatMap((flow) =>
      flow.kind === 'pull'
        ? [[flow.name, new PullLoop(flow, { http, exchange, clock, logger })] as const]
        : [],
    );
    this.#loops = new Map(loops);
    for (const loop of this.#loops.values()) loop.start();
  }

  /** Resolves when the steps that were under way have ended. */
  async stop(): Promise<void> {
    this.#unsubscribe();
    this.#stopFlows();
    await this.#exchange.close();
  }

  flows(): readonly FlowStatus[] {
    return [...this.#flows.values()].map((flow): FlowStatus => {
      const runs = this.#exchange.runs().filter(({ plan }) => plan.flow === flow.name);
      const outcomes = runs.map((run) => runReport(run).state);
      const count = (wanted: string): number => outcomes.filter((one) => one === wanted).length;
      const loop = this.#loops.get(flow.name)?.status();
      return {
        ...{ name: flow.name, kind: flow.kind },
        devices: flow.instances.map(({ device }) => device),
        ...{ waiting: count('waiting'), dead: count('dead') },
        ...(loop !== undefined && { fetch: loop }),
      };
    });
  }

  runs(): readonly RunReport[] {
    return this.#exchange.runs().map(runReport);
  }

  counters(): ExchangeCounters {
    return this.#exchange.counters();
  }

  async retry(id: string): Promise<number | string> {
    const flow = this.runs().find((run) => run.id === id)?.flow;
    const forMs = this.#flows.get(flow ?? '')?.deadlineMs ?? RETRY_MS;
    return this.#exchange.retry(id, forMs);
  }

  async dryRun(name: string): Promise<readonly RunReport[] | string> {
    const loop = this.#loops.get(name);
    if (loop === undefined) {
      const prefix = `${name}/`;
      const plans = this.#watches.map((watch) => watch.plan());
      return plans.filter(({ lane }) => lane.startsWith(prefix)).map(planReport);
    }
    const offers = await loop.fetch();
    return typeof offers === 'string' ? offers : offers.map(planReport);
  }

  #hear(changed: readonly Sample[]): void {
    if (changed.length === 0 || this.#byPoint.size === 0) return;
    let heard: Set<RuleWatch> | undefined;
    for (const { point } of changed) {
      for (const watch of this.#byPoint.get(point.id) ?? []) (heard ??= new Set()).add(watch);
    }
    for (const watch of heard ?? []) watch.hear(changed);
  }

  /** What the journal cannot tell is learned from the first readings. */
  async #restore(ids: readonly string[]): Promise<void> {
    try {
      const samples = await newestSamples(this.#parts.journal, ids);
      for (const watch of this.#watches) watch.restore(samples);
    } catch (error) {
      this.#parts.logger.warn(`what rules looked at last is not known: ${describeError(error)}`);
    }
  }

  #stopFlows(): void {
    for (const watch of this.#watches) watch.stop();
    for (const loop of this.#loops.values()) loop.stop();
  }
}
