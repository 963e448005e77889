import type { Dbc, DbcMessage, DbcSignal } from './dbc.ts';
import { findMessage } from './dbc.ts';
import { nearest } from '../base/did-you-mean.ts';

/** Where the value of a point comes from, as people write it. */
export type SourceText =
  | {
      readonly kind: 'signal';
      readonly message: string;
      readonly signal: string;
      readonly equals?: number;
    }
  | { readonly kind: 'constant'; readonly value: number };

export const SOURCE_FORMS =
  'Message.Signal, Message.Signal == 5, or = 38 for a number that never changes';

/** Reads `Status.ErrorCode`, `Status.ErrorCode == 5` or `= 38`; undefined when it is none of them. */
export function readSourceText(text: string): SourceText | undefined {
  const [, constant] = /^\s*=\s*(-?\d+(?:\.\d+)?)\s*$/.exec(text) ?? [];
  if (constant !== undefined) return { kind: 'constant', value: Number(constant) };
  const [, message, signal, equals] =
    /^\s*([A-Za-z_]\w*)\.([A-Za-z_]\w*)\s*(?:==\s*(-?\d+(?:\.\d+)?)\s*)?$/.exec(text) ?? [];
  if (message === undefined || signal === undefined) return undefined;
  return {
    ...{ kind: 'signal', message, signal },
    ...(equals !== undefined && { equals: Number(equals) }),
  };
}

export interface FoundSignal {
  readonly message: DbcMessage;
  readonly signal: DbcSignal;
}

/** The signal that is meant, or in words why there is none. */
export function findSignal(
  dbc: Dbc,
  {
    message: messageName,
    signal: signalName,
  }: { readonly message: string; readonly signal: string },
): FoundSignal | { readonly problem: string; readonly hint?: string } {
  const message = findMessage(dbc, messageName);
  if (message === undefined) {
    const known = dbc.messages.map(({ name }) => name);
    return unknown(`the DBC file has no message "${messageName}"`, messageName, known);
  }
  const signal = message.signals.find(({ name }) => name === signalName);
  if (signal !== undefined) return { message, signal };
  const known = message.signals.map(({ name }) => name);
  return unknown(`message "${messageName}" has no signal "${signalName}"`, signalName, known);
}

function unknown(
  problem: string,
  name: string,
  known: readonly string[],
): { readonly problem: string; readonly hint?: string } {
  const meant = nearest(name, known);
  if (meant !== undefined) return { problem, hint: `did you mean "${meant}"?` };
  if (known.length === 0) return { problem };
  return { problem, hint: `known: ${known.slice(0, 6).join(' ')}${known.length > 6 ? ' …' : ''}` };
}

/** The name of a point for a signal: `SystemVoltage` and `System Voltage` become `system_voltage`. */
export function pointName(signal: string): string {
  const words = signal
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll(/([A-Z])([A-Z][a-z])/g, '$1_$2')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replaceAll(/^_+|_+$/g, '');
  return /^[a-z]/.test(words) ? words : `s_${words}`;
}
