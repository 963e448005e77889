/** A unit of a server of ours, where clients write the values of a device. */
export interface WrittenPlace {
  readonly server: string;
  /** `any`: whatever unit id a client uses. Undefined where it is not said: the one that the server answers as. */
  readonly unit: number | 'any' | undefined;
}

const SCHEME = 'server:';

/** Whether an `at` means a server of ours; whatever follows may still be wrong. */
export function isWrittenPlace(at: string | undefined): at is string {
  return at?.toLowerCase().startsWith(SCHEME) === true;
}

/** `server:field`, `server:field/1`, `server:field/any`; undefined when it is none of them. */
export function readWrittenPlace(at: string): WrittenPlace | undefined {
  const [, server, unit] = /^server:([^/]+)(?:\/(any|0|[1-9]\d{0,2}))?$/i.exec(at) ?? [];
  if (server === undefined) return undefined;
  if (unit === undefined) return { server, unit };
  if (unit.toLowerCase() === 'any') return { server, unit: 'any' };
  return Number(unit) <= 255 ? { server, unit: Number(unit) } : undefined;
}
