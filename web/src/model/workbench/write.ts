import type { BenchWriteJson, BenchWriteResultJson } from '../../../../src/api/contract.ts';
import { problemWords, sendJson } from '../api.ts';
import { askAgain } from '../ask-again.ts';

/** Words as people type them: decimal, or hexadecimal with 0x; so many, each up to `max`. */
export function readWords(text: string, max: number, count: number): readonly number[] | undefined {
  const parts = text.trim().split(/[\s,;]+/);
  if (parts.length !== count) return undefined;
  const words = parts.map((part) => (/^(?:\d+|0x[0-9a-f]+)$/i.test(part) ? Number(part) : NaN));
  return words.every((word) => word <= max) ? words : undefined;
}

/** Sends one frame, once; the result, or why there is none. */
export async function writeRegisters(
  body: Partial<BenchWriteJson>,
): Promise<BenchWriteResultJson | string> {
  const said = await sendJson<BenchWriteResultJson>('POST', 'workbench/write', body);
  askAgain('writes');
  if (said.ok) return said.body;
  const { problem } = said;
  return 'outcome' in problem
    ? (problem as unknown as BenchWriteResultJson)
    : problemWords(problem);
}
