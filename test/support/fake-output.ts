import { Writable } from 'node:stream';
import type { Output } from '../../src/cli/context.ts';

/** An output that remembers what was written to it. */
export interface FakeOutput extends Output {
  text(): string;
  lines(): readonly string[];
}

export function fakeOutput(over: Partial<Output> = {}): FakeOutput {
  let text = '';
  const write = (more: string): void => {
    text += more;
  };
  return {
    write,
    isTerminal: false,
    columns: 80,
    rows: 24,
    stream: new Writable({
      decodeStrings: false,
      write(chunk: string, _encoding, done) {
        write(chunk);
        done();
      },
    }),
    ...over,
    text: () => text,
    lines: () => text.split('\n').slice(0, -1),
  };
}
