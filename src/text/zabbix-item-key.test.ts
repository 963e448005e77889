import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseItemKey } from './zabbix-item-key.ts';

test.each<[string, string, readonly string[]]>([
  ['agent.ping', 'agent.ping', []],
  ['k[]', 'k', ['']],
  ['dinrail.value[furnace1,pv]', 'dinrail.value', ['furnace1', 'pv']],
  ['k[ a, b ,]', 'k', ['a', 'b ', '']],
  ['k["a,b" , "c]"]', 'k', ['a,b', 'c]']],
  [String.raw`k["say \"a\""]`, 'k', ['say "a"']],
  ['k[""]', 'k', ['']],
])('%s is read', (text, name, parameters) => {
  expect(parseItemKey(text)).toEqual({ name, parameters });
});

test.each(['', 'k[', 'k]', 'k[a]b', 'k["a]', 'k["a"b]', 'k[a]]', 'k[[a]]', 'k k', 'k[a\0b', '\0'])(
  '%j is no key',
  (text) => {
    expect(parseItemKey(text)).toBeUndefined();
  },
);

test('quoted parameters are read as they were written', () => {
  const texts = fc.array(fc.string({ unit: fc.constantFrom('a', ',', '"', ']', '[', ' ', 'é') }), {
    minLength: 1,
  });
  fc.assert(
    fc.property(texts, (parameters) => {
      const quoted = parameters.map((text) => `"${text.replaceAll('"', '\\"')}"`);
      expect(parseItemKey(`k[${quoted.join(', ')}]`)?.parameters).toEqual(parameters);
    }),
    { seed: 54, numRuns: 300 },
  );
});

// Were each character looked at once per character, this would be billions of looks.
test.each([' ', '"', '\\', ',', '"a" ', '['])('64 KB of %j are judged in no time', (unit) => {
  const start = performance.now();
  parseItemKey(`k[${unit.repeat(65_536 / unit.length)}!]]`);
  expect(performance.now() - start).toBeLessThan(1_000);
});
