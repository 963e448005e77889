import type { Trace } from '../client/client.ts';
import type { CliContext } from './context.ts';

/** Writes every frame to stderr in hex: `→ 00 01 00 00 …`. */
export function traceTo({ stderr, clock }: CliContext): Trace {
  let before: number | undefined;
  return ({ at, direction, bytes, outcome }) => {
    const gap = before === undefined ? '' : `+${(at - before).toFixed(1)}`;
    before = at;
    const arrow = direction === 'sent' ? '→' : '←';
    const note = outcome === undefined || outcome === 'answer' ? '' : `  (${outcome})`;
    const now = (clock.wallMicros() / 1e6).toFixed(3);
    stderr.write(`${now} ${gap.padStart(8)} ms ${arrow} ${hex(bytes)}${note}\n`);
  };
}

function hex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join(' ');
}
