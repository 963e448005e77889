import { ALARM_PRIORITIES } from '../base/alarm-priority.ts';
import type { AlarmStatus } from '../alarm/alarm-status.ts';
import type { SinkStatus } from '../delivery/sink-status.ts';
import type { ExchangeControl } from '../exchange/control.ts';
import type { WriteCount } from '../gate/write-control.ts';
import type { JournalStatus } from '../journal/journal.ts';
import type { Point } from '../telemetry/point.ts';
import type { Sample } from '../telemetry/sample.ts';
import type { BusStatus, Site } from '../telemetry/site.ts';

/**
 * What a Prometheus server collects, in its text format 0.0.4: the points that are known, and how the
 * gateway does. A point that is stale or bad has no line: Prometheus then knows that it is not known.
 */
export interface MetricsSource {
  readonly site: Site;
  readonly version: string;
  readonly upMs: number;
  readonly wallMicros: number;
  readonly sinks?: readonly SinkStatus[];
  readonly exchanges?: ExchangeControl;
  readonly journal?: JournalStatus;
  readonly writes?: readonly WriteCount[];
  readonly alarms?: readonly AlarmStatus[];
}

export const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

export function metricsText(source: MetricsSource): string {
  const families = new Families();
  addPoints(families, source.site.snapshot());
  addDevices(families, source.site);
  addLines(families, source.site);
  addSinks(families, source);
  addExchanges(families, source.exchanges);
  addJournal(families, source.journal);
  for (const { device, outcome: result, count } of source.writes ?? []) {
    const labels = { device, result };
    families.add('dinrail_writes_total', 'counter', 'Writes by their outcome', labels, count);
  }
  addAlarms(families, source.alarms);
  families.add('dinrail_uptime_seconds', 'gauge', 'Time since the start', {}, source.upMs / 1000);
  families.add('dinrail_build_info', 'gauge', 'Version', { version: source.version }, 1);
  return families.toString();
}

type Labels = Readonly<Record<string, string>>;
type Kind = 'gauge' | 'counter';

/** Lines by the name of their metric, as the format wants them together. */
class Families {
  readonly #lines = new Map<string, string[]>();

  add(name: string, kind: Kind, help: string, labels: Labels, value: number): void {
    let lines = this.#lines.get(name);
    if (lines === undefined) {
      lines = [`# HELP ${name} ${help}`, `# TYPE ${name} ${kind}`];
      this.#lines.set(name, lines);
    }
    lines.push(`${name}${labelText(labels)} ${numberText(value)}`);
  }

  toString(): string {
    return [...this.#lines.values()].map((lines) => `${lines.join('\n')}\n`).join('');
  }
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

function numberText(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  return String(value);
}

/** The base unit of Prometheus for a unit as people print it: suffix of the name, and factor. */
const UNITS: Readonly<Record<string, readonly [suffix: string, factor: number]>> = {
  '°C': ['temperature_celsius', 1],
  V: ['voltage_volts', 1],
  mV: ['voltage_volts', 1e-3],
  kV: ['voltage_volts', 1e3],
  A: ['current_amperes', 1],
  mA: ['current_amperes', 1e-3],
  W: ['power_watts', 1],
  kW: ['power_watts', 1e3],
  Wh: ['energy_joules', 3_600],
  kWh: ['energy_joules', 3.6e6],
  Hz: ['frequency_hertz', 1],
  '%': ['ratio', 0.01],
};

function addPoints(families: Families, samples: readonly Sample[]): void {
  for (const { point, value, quality } of samples) {
    if (quality !== 'good' || value === undefined) continue;
    const labels = { device: point.device, point: point.name };
    const state = typeof value === 'number' ? point.enum?.get(value) : undefined;
    if (state !== undefined) {
      families.add('dinrail_state', 'gauge', 'States by name', { ...labels, state }, 1);
    } else if (typeof value === 'string') {
      // A text has no number; it is in the API.
    } else {
      const [name, factor, unit] = metricOf(point);
      const kind = point.kind === 'counter' ? 'counter' : 'gauge';
      const all = { ...labels, ...(unit !== undefined && { unit }) };
      families.add(name, kind, `Points in ${unit ?? 'base units'}`, all, Number(value) * factor);
    }
  }
}

/** A point in PromQL; undefined for a text, which has no number. */
export function pointSelector(point: Point): string | undefined {
  if (point.kind === 'text') return undefined;
  const labels = labelText({ device: point.device, point: point.name });
  if (point.kind === 'state' && point.enum !== undefined) return `dinrail_state${labels}`;
  return `${metricOf(point)[0]}${labels}`;
}

/** Name, factor, and the unit as a label where Prometheus has no base unit for it. */
function metricOf({ unit, kind }: Point): readonly [string, number, string | undefined] {
  const total = kind === 'counter' ? '_total' : '';
  const [suffix, factor] = UNITS[unit ?? ''] ?? [];
  if (suffix === undefined || factor === undefined) {
    return [`dinrail_point_value${total}`, 1, unit ?? ''];
  }
  return [`dinrail_${suffix}${total}`, factor, undefined];
}

function addDevices(families: Families, site: Site): void {
  for (const { name: device, line, state, polls, failures, skipped } of site.devices()) {
    const labels = { device, line };
    // What was not asked is neither up nor down.
    if (state !== 'waiting' && state !== 'paused') {
      const up = state === 'good' ? 1 : 0;
      families.add('dinrail_device_up', 'gauge', 'Whether the last poll was good', { device }, up);
    }
    families.add('dinrail_polls_total', 'counter', 'Polls of a device', labels, polls);
    families.add('dinrail_poll_failures_total', 'counter', 'Polls that failed', labels, failures);
    families.add('dinrail_polls_skipped_total', 'counter', 'Polls left out', labels, skipped);
  }
}

const LINE_ERRORS = ['exceptions', 'timeouts', 'damaged', 'late', 'foreign'] as const;

function addLines(families: Families, site: Site): void {
  for (const status of site.lines()) {
    const line = status.name;
    families.add(
      'dinrail_requests_total',
      'counter',
      'Requests on a line',
      { line },
      status.requests,
    );
    families.add('dinrail_answers_total', 'counter', 'Answers on a line', { line }, status.answers);
    for (const reason of LINE_ERRORS) {
      const labels = { line, reason };
      const help = 'Requests without a good answer';
      families.add('dinrail_request_errors_total', 'counter', help, labels, status[reason]);
    }
    if (status.bus !== undefined) addBus(families, line, status.bus);
    const help = 'Share of the last minute in use';
    families.add('dinrail_line_load_ratio', 'gauge', help, { line }, status.load);
  }
}

function addBus(families: Families, line: string, bus: BusStatus): void {
  families.add('dinrail_can_frames_total', 'counter', 'Frames on a bus', { line }, bus.frames);
  for (const reason of ['errors', 'dropped', 'incomplete', 'unsent'] as const) {
    const labels = { line, reason };
    const help = 'Error frames, frames lost, cycles without a frame, frames not sent';
    families.add('dinrail_can_troubles_total', 'counter', help, labels, bus[reason]);
  }
}

function addSinks(families: Families, { sinks = [], wallMicros }: MetricsSource): void {
  for (const status of sinks) {
    const labels = { sink: status.name };
    const { waiting, oldestAt, state, delivered, rejected, lost } = status;
    const oldest = oldestAt === undefined ? 0 : Math.max(0, wallMicros - oldestAt) / 1e6;
    const up = state === 'good' ? 1 : 0;
    families.add('dinrail_sink_up', 'gauge', 'Whether a sink takes what it gets', labels, up);
    families.add('dinrail_sink_waiting', 'gauge', 'Records that wait', labels, waiting);
    families.add(
      'dinrail_sink_oldest_seconds',
      'gauge',
      'Age of the oldest of them',
      labels,
      oldest,
    );
    families.add('dinrail_sink_delivered_total', 'counter', 'Samples taken', labels, delivered);
    families.add('dinrail_sink_rejected_total', 'counter', 'Samples refused', labels, rejected);
    families.add('dinrail_sink_dropped_total', 'counter', 'Records lost', labels, lost);
  }
}

function addExchanges(families: Families, exchanges: ExchangeControl | undefined): void {
  const flows = exchanges?.flows() ?? [];
  if (exchanges === undefined || flows.length === 0) return;
  for (const { name, waiting, dead, fetch } of flows) {
    const labels = { flow: name };
    families.add('dinrail_exchange_waiting', 'gauge', 'Runs that are not over', labels, waiting);
    families.add('dinrail_exchange_dead', 'gauge', 'Runs with dead steps', labels, dead);
    if (fetch === undefined) continue;
    const up = fetch.state === 'good' ? 1 : 0;
    families.add('dinrail_exchange_fetch_up', 'gauge', 'Whether a pull is answered', labels, up);
  }
  const { dropped, log } = exchanges.counters();
  const lost = dropped + log.refused;
  families.add('dinrail_exchange_dropped_total', 'counter', 'Runs without a place', {}, lost);
}

function addJournal(families: Families, journal: JournalStatus | undefined): void {
  if (journal === undefined) return;
  const { state, bytes, refused, expired } = journal;
  const up = state === 'good' ? 1 : 0;
  families.add('dinrail_journal_up', 'gauge', 'Whether the disk takes records', {}, up);
  families.add('dinrail_journal_bytes', 'gauge', 'Size on the disk', {}, bytes);
  families.add('dinrail_journal_refused_total', 'counter', 'Samples without room', {}, refused);
  families.add('dinrail_journal_expired_total', 'counter', 'Records beyond a limit', {}, expired);
}

function addAlarms(families: Families, alarms: readonly AlarmStatus[] | undefined): void {
  if (alarms === undefined) return;
  for (const priority of ALARM_PRIORITIES) {
    const ofPriority = alarms.filter(({ rule }) => rule.priority === priority);
    const active = ofPriority.filter(({ state }) => state.startsWith('active')).length;
    const unseen = ofPriority.filter(({ state }) => state.endsWith('unacknowledged')).length;
    families.add('dinrail_alarms', 'gauge', 'Alarms that are active', { priority }, active);
    const help = 'Alarms that nobody has acknowledged';
    families.add('dinrail_alarms_unacknowledged', 'gauge', help, { priority }, unseen);
  }
  const shelved = alarms.filter(({ state }) => state === 'shelved').length;
  families.add('dinrail_alarms_shelved', 'gauge', 'Alarms that are put aside', {}, shelved);
}
