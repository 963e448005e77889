/** How soon somebody has to do something. `info` asks for nothing and is never acknowledged. */
export type AlarmPriority = (typeof ALARM_PRIORITIES)[number];

/** The most pressing first. */
export const ALARM_PRIORITIES = ['urgent', 'high', 'low', 'info'] as const;
