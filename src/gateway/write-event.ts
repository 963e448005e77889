import type { Requester, WriteResult } from '../gate/write-request.ts';
import type { SiteEvent } from '../telemetry/event.ts';
import { jsonValue } from '../telemetry/sample-json.ts';

/** What became of a write, for those who are told what happens at a site. */
export function writeEvent(
  { device, id: point }: { readonly device: string; readonly id: string },
  { name, role, from, door }: Requester,
  { outcome, code, message, old, value, readback, at, id }: WriteResult,
): SiteEvent {
  return {
    type: outcome === 'refused' ? 'write.refused' : 'write.done',
    ...{ at, source: `${device}/${point.slice(device.length + 1)}`, subject: point, id },
    data: {
      ...{ outcome, code, message, who: { name, role, from, door } },
      ...(old !== undefined && { old: jsonValue(old) }),
      ...(value !== undefined && { value: jsonValue(value) }),
      ...(readback !== undefined && { readback: jsonValue(readback) }),
    },
  };
}
