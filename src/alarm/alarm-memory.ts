import type { StoredAlarm } from './alarm-status.ts';

const VERSION = 1;

/** What is kept of all alarms, and how far of the journal is in it. */
export interface AlarmMemory {
  readonly alarms: readonly StoredAlarm[];
  /** Devices of which it was told that they are down. */
  readonly down: readonly string[];
  /** Records of the journal below this have been taken into account, in this epoch. */
  readonly epoch: number;
  readonly sequence: number;
}

export function formatMemory(memory: AlarmMemory): string {
  const text = JSON.stringify({ version: VERSION, ...memory }, (_, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  );
  return `${text}\n`;
}

/** Undefined when it is damaged, or of a later version. */
export function parseMemory(text: string): AlarmMemory | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(parsed) || parsed['version'] !== VERSION) return undefined;
  const { alarms, down, epoch, sequence } = parsed;
  if (
    !Array.isArray(alarms) ||
    !isTexts(down) ||
    typeof epoch !== 'number' ||
    typeof sequence !== 'number'
  ) {
    return undefined;
  }
  return alarms.every(isStored) ? { alarms, down, epoch, sequence } : undefined;
}

function isStored(value: unknown): value is StoredAlarm {
  if (!isObject(value)) return false;
  const { id, isActive, isTold, isAcked, occurrence, acked, shelf } = value;
  return (
    typeof id === 'string' &&
    [isActive, isTold, isAcked].every((flag) => typeof flag === 'boolean') &&
    hasTime(occurrence, 'raisedAt') &&
    hasTime(acked, 'at') &&
    hasTime(shelf, 'until')
  );
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}

function hasTime(value: unknown, key: string): boolean {
  return value === undefined || (isObject(value) && typeof value[key] === 'number');
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
