import { hash } from 'node:crypto';
import type { DeviceConfig, LineConfig, SiteConfig } from './site-config.ts';

/** Of everything a line is made from; two lines with the same are the same. */
export function fingerprint(line: LineConfig, devices: readonly DeviceConfig[]): string {
  // What may be written is the gate's: another rule is no other line.
  const polled = devices.map(({ writable: _, ...device }) => device);
  // The text has 200 bytes for each point, and is kept as long as the line.
  return hash('sha256', plainText([line, polled]));
}

/** The same for every line of a site, by name. */
export function lineFingerprints({ lines, devices }: SiteConfig): ReadonlyMap<string, string> {
  return new Map(
    lines.map((line) => {
      const own = devices.filter((device) => device.line === line.name);
      return [line.name, fingerprint(line, own)];
    }),
  );
}

/** A part of a configuration as text, the same for parts that say the same. */
export function plainText(part: unknown): string {
  return JSON.stringify([part], (_, value: unknown) => {
    if (value instanceof Map || value instanceof Set) return Array.from<unknown>(value);
    return typeof value === 'bigint' ? `${value}n` : value;
  });
}
