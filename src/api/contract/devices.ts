import type { DeviceJson, PointJson } from '../contract.ts';

/** What `GET /api/v1/devices/{device}` answers: more than the event stream says all the time. */
export interface DeviceDetailJson extends DeviceJson {
  /** The manual that its registers were taken from. */
  source?: string;
  /** Absent for a device that nobody asks. */
  polling?: PollingJson;
}

export interface PollingJson {
  /** How often an answer took how long, since the line began; milliseconds, the last class has no end. */
  answerTimes: readonly { upTo?: number; count: number }[];
  /** Milliseconds, of late. */
  meanMs?: number;
  requests: readonly RequestJson[];
}

/** One request of the plan of a device, as it runs. */
export interface RequestJson {
  /** `hr:2999` */
  start: string;
  count: number;
  everyMs: number;
  /** Names of the points that its answer brings. */
  points: readonly string[];
  /** Registers or bits that are read although nobody wants them. */
  gaps: number;
  /** `refused`: the device does not have it, and is asked for it now and then. */
  state: 'unread' | 'good' | 'overdue' | 'stale' | 'bad' | 'refused';
  /** What it takes on the wire, with turnaround, in milliseconds, where the speed of the line is known. */
  wireMs?: number;
}

/** What `POST /api/v1/devices/{device}/pause` takes. */
export interface PauseRequestJson {
  why: string;
}

/** What `GET /api/v1/points/{device}/{point}` answers: what a point is, and what others call it. */
export interface PointDetailJson extends PointJson {
  /** The item key that an agent of Zabbix asks for. */
  zabbixKey: string;
  /** In PromQL, over `/metrics`; absent for a text. */
  promql?: string;
  /** The sinks that get it. */
  destinations: readonly {
    sink: string;
    type: string;
    /** What it is called there. */
    name: string;
    /** How it is asked for there: Flux, InfluxQL, an item key. */
    query?: string;
  }[];
}
