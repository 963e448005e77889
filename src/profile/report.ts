import type { ReportRule } from '../base/report-rule.ts';
import type { SpecReader } from './spec-reader.ts';

export const REPORT_KEYS = ['send', 'deadband', 'heartbeat', 'minInterval'] as const;

/** Words of other tools for the keys of reporting. */
export const REPORT_SYNONYMS: Readonly<Record<string, string>> = {
  dead_band: 'deadband',
  hysteresis: 'deadband',
  threshold: 'deadband',
  min_interval: 'minInterval',
  max_interval: 'heartbeat',
  keepalive: 'heartbeat',
};

/** What a person said about reporting; undefined when nothing. A deadband is `0.5` or `2%`. */
export function readReport(spec: SpecReader): ReportRule | undefined {
  if (!REPORT_KEYS.some((key) => spec.has(key))) return undefined;
  const send = spec.oneOf('send', ['always', 'on-change']);
  const heartbeatMs = spec.durationMs('heartbeat');
  const minIntervalMs = spec.durationMs('minInterval');
  const deadband = readDeadband(spec);
  if (heartbeatMs !== undefined && heartbeatMs < (minIntervalMs ?? 0)) {
    spec.keyError('heartbeat', '"heartbeat" is shorter than "minInterval"');
  }
  if (send === 'always' && spec.has('deadband')) {
    spec.keyError('deadband', 'with send: always no reading is left out', 'keep one of them');
  }
  return {
    send: send ?? 'on-change',
    ...deadband,
    ...(heartbeatMs !== undefined && { heartbeatMs }),
    ...(minIntervalMs !== undefined && { minIntervalMs }),
  };
}

function readDeadband(spec: SpecReader): Pick<ReportRule, 'deadband' | 'deadbandPercent'> {
  const written = spec.raw('deadband');
  if (written === undefined) return {};
  if (typeof written === 'number' && written >= 0 && Number.isFinite(written)) {
    return { deadband: written };
  }
  const said = typeof written === 'string' ? written : JSON.stringify(written);
  const [, percent] = /^(\d+(?:\.\d+)?) ?%$/.exec(said) ?? [];
  if (percent !== undefined) return { deadbandPercent: Number(percent) };
  const hint = 'a number in the unit of the point, or percent of its value such as 2%';
  spec.error('deadband', `deadband is ${said}`, hint);
  return {};
}
