/** One of what `GET /api/v1/alarms` answers: those that want attention first, then shelved ones, then normal. */
export interface AlarmJson {
  /** Unique in a site: `furnace1.pv.hi`, `furnace1.down`, or the name of an entry of `alarms`. */
  id: string;
  /** What it is about; absent for an alarm of the whole site. */
  device?: string;
  point?: string;
  priority: 'urgent' | 'high' | 'low' | 'info';
  state:
    | 'normal'
    | 'active-unacknowledged'
    | 'active-acknowledged'
    | 'returned-unacknowledged'
    | 'shelved';
  /** Whether its condition holds, shelved or not. */
  active: boolean;
  /** It cannot be judged now, because a value is not good: it stays as it was. */
  uncertain?: true;
  /** Not judged now, because its `when` does not hold. */
  suppressed?: true;
  text: string;
  kind: 'hihi' | 'hi' | 'lo' | 'lolo' | 'outlier' | 'state' | 'when' | 'down';
  /** The limit that was passed; for an outlier the distance from the median. */
  limit?: number;
  unit?: string;
  /** What an outlier was compared with when it was raised. */
  median?: number;
  /** The value that raised it, and the newest good one (not in the event stream). */
  value?: number | string | boolean | null;
  now?: number | string | boolean | null;
  /** When it was raised last, ISO 8601, and when it returned to normal since. */
  raised?: string;
  cleared?: string;
  /** Who has seen it, when, and what was said. */
  acked?: { by: string; time: string; comment?: string };
  /** Put aside until then. */
  shelved?: { until: string; by: string; reason: string };
}

/** What `GET /api/v1/alarms/rate` answers. */
export interface AlarmRateJson {
  /** How many were raised in each of the last 24 hours, the oldest first; the last one ends now. */
  hours: readonly number[];
  /** When the last one ends, ISO 8601. */
  until: string;
  /** More than so many in an hour are more than one person can answer. */
  most: number;
  /** Present where more happened than is remembered: these are the fewest that it can have been. */
  atLeast?: true;
}

/** One of what `GET /api/v1/alarms/journal` answers, the newest first. */
export interface AlarmEventJson {
  /** Grows with each event; gaps do not matter. */
  sequence: number;
  time: string;
  type: 'raised' | 'cleared' | 'acked' | 'shelved' | 'unshelved';
  /** Id of the alarm. */
  alarm: string;
  device?: string;
  point?: string;
  priority: AlarmJson['priority'];
  text: string;
  value?: number | string | boolean | null;
  limit?: number;
  unit?: string;
  /** Who did it, where it was a person. */
  by?: string;
  /** The comment, or the reason for shelving. */
  comment?: string;
  /** The end of a shelving. */
  until?: string;
}
