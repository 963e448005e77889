import type { ReportRule } from '../base/report-rule.ts';
import { parseSize } from '../base/size.ts';
import type { SpecIssue } from '../profile/issue.ts';
import { readReport } from '../profile/report.ts';
import { SpecReader } from '../profile/spec-reader.ts';
import type { PointChoice } from './point-choice.ts';
import type { Path, Report } from './report.ts';
import type {
  DeviceConfig,
  JournalConfig,
  OutageConfig,
  SiteConfig,
  StoreLimits,
} from './site-config.ts';
import type { SiteInput } from './site-schema.ts';
import { historySchema, journalSchema } from './store-schema.ts';

const LEAST_BYTES = 1_000_000;

/** What is kept of a site, and what is told of it when it was away. */
export function resolveStores(
  input: SiteInput,
  choice: PointChoice,
  report: Report,
): Pick<SiteConfig, 'journal' | 'history' | 'outages'> {
  const history = resolveHistory(input, report);
  const outages = resolveOutages(input, choice, report);
  return {
    journal: resolveJournal(input, report),
    ...(history !== undefined && { history }),
    ...(outages !== undefined && { outages }),
  };
}

function resolveJournal({ journal }: SiteInput, report: Report): JournalConfig {
  const input = journal ?? journalSchema.parse({});
  const path = ['journal'];
  const syncMs = report.timeMs([...path, 'sync'], input.sync, 10) ?? 10;
  if (syncMs > 10_000) report.error([...path, 'sync'], `sync is ${input.sync}, expected up to 10s`);
  return { ...limits(path, input, report), syncMs };
}

function resolveHistory({ history }: SiteInput, report: Report): StoreLimits | undefined {
  if (history === 'none') return undefined;
  return limits(['history'], history ?? historySchema.parse({}), report);
}

/** Each sign of life in the journal names the points: with more of them it would fill up. */
const MOST_OUTAGE_POINTS = 100;
const MOST_SETTLE_MS = 3_600_000;

function resolveOutages(
  { outages }: SiteInput,
  choice: PointChoice,
  report: Report,
): OutageConfig | undefined {
  if (outages === undefined) return undefined;
  const path = ['outages'];
  const points = choice.of(outages.report, (index) => [...path, 'report', index]);
  if (points.size > MOST_OUTAGE_POINTS) {
    const message = `${points.size} points are watched, expected up to ${MOST_OUTAGE_POINTS}`;
    report.error([...path, 'report'], message, {
      hint: 'name those that matter after a power cut',
    });
  }
  const settleMs = report.timeMs([...path, 'settle'], outages.settle, 0) ?? 0;
  if (settleMs > MOST_SETTLE_MS) {
    report.error([...path, 'settle'], `settle is ${outages.settle}, expected up to 1h`);
  }
  const gapMs = report.timeMs([...path, 'gap'], outages.gap, 1_000) ?? 0;
  return { gapMs, settleMs, points };
}

function limits(
  path: Path,
  { size, age }: { readonly size: string; readonly age: string },
  report: Report,
): StoreLimits {
  const bytes = parseSize(size) ?? 0;
  if (bytes < LEAST_BYTES) {
    report.error([...path, 'size'], `size is ${size}, expected at least 1MB`);
  }
  return { bytes, ageMs: report.timeMs([...path, 'age'], age, 60_000) ?? 0 };
}

/** Lays the rules of `report` over those of the points, in the order of the file. */
export function withReports(
  devices: readonly DeviceConfig[],
  { report: rules = {} }: SiteInput,
  choice: PointChoice,
  report: Report,
): readonly DeviceConfig[] {
  const entries = Object.entries(rules);
  if (entries.length === 0) return devices;
  const byId = new Map<string, ReportRule>();
  for (const [pattern, input] of entries) {
    const path = ['report', pattern];
    const issues: SpecIssue[] = [];
    const rule = readReport(new SpecReader(input, [], issues));
    report.include(path, issues);
    for (const id of choice.of([pattern], () => path)) {
      byId.set(id, { ...byId.get(id), ...(rule ?? { send: 'on-change' }) });
    }
  }
  return devices.map((device) => ({ ...device, reports: reportsOf(device, byId) }));
}

function reportsOf(
  { name, points, computed }: DeviceConfig,
  byId: ReadonlyMap<string, ReportRule>,
): Readonly<Record<string, ReportRule>> {
  const all = [...points.map(({ point }) => point), ...computed];
  return Object.fromEntries(
    all.flatMap((point) => {
      const rule = byId.get(`${name}.${point.name}`);
      return rule === undefined ? [] : [[point.name, { ...point.report, ...rule }]];
    }),
  );
}
