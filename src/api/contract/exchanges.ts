/** What `GET /api/v1/exchanges` answers. */
export interface ExchangesJson {
  flows: readonly ExchangeFlowJson[];
  /** The oldest first. */
  runs: readonly ExchangeRunJson[];
  /** Runs that found no place, dead ones that were forgotten, and lines of the log that could not be read. */
  dropped: number;
  forgotten: number;
  damaged: number;
  /** Why the disk takes no steps now. */
  error?: string;
}

/** A rule or a pull. */
export interface ExchangeFlowJson {
  name: string;
  kind: 'rule' | 'pull';
  devices: readonly string[];
  /** Runs that are not over, and runs with steps that are dead. */
  waiting: number;
  dead: number;
  /** Of a pull: how fetching goes. */
  fetch?: {
    state: 'waiting' | 'good' | 'failing';
    error?: string;
    lastAnswer?: string;
    fetches: number;
    failures: number;
  };
}

/** One run of a rule, or one offer of a pull. */
export interface ExchangeRunJson {
  id: string;
  flow: string;
  device: string;
  state: 'waiting' | 'done' | 'dead' | 'replaced';
  /** When it began, and until when it is tried, ISO 8601. */
  time: string;
  deadline: string;
  steps: readonly ExchangeStepJson[];
}

export interface ExchangeStepJson {
  name: string;
  state: 'waiting' | 'trying' | 'done' | 'dead' | 'blocked';
  tries: number;
  /** What came of the last try. */
  note?: string;
  death?: 'refused' | 'expired' | 'replaced';
  /** What it sends or writes. */
  content?: string;
}

/** One of what `GET /api/v1/outages` answers, oldest first. */
export interface OutageJson {
  device: string;
  point: string;
  label?: string;
  unit?: string;
  /** `gateway-off`: nobody asked. `device-silent`: nothing good came. `both`: one after the other. */
  reason: 'gateway-off' | 'device-silent' | 'both';
  before: { value: number | string | boolean; /** ISO 8601. */ time: string };
  after: { value: number | string | boolean; time: string };
  /** How long it was; null when the calendar was set back meanwhile and nobody knows. */
  seconds: number | null;
  /** How far the calendar was set meanwhile, where that is known. */
  clockSeconds?: number;
  /** Of the values since the return, for `settledSeconds`. */
  lowest?: number;
  highest?: number;
  settledSeconds: number;
  /** Lowest and highest are not final yet. */
  settling: boolean;
}
