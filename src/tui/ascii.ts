/** Signs of ours, and what stands for them on a terminal that knows ASCII alone: as wide as they are. */
const SIGNS: Readonly<Record<string, string>> = {
  '▲': '^',
  '▼': 'v',
  '●': '*',
  '○': 'o',
  '…': '~',
  '—': '-',
  '→': '>',
  '·': '.',
  '▁': '_',
  '▂': '.',
  '▃': '-',
  '▄': '=',
  '▅': '+',
  '▆': '*',
  '▇': '%',
  '█': '#',
};

/** What stands for one character; `?` for what has nothing alike. */
export function asciiOf(character: string): string {
  return character <= '~' ? character : (SIGNS[character] ?? '?');
}

const WORDS: readonly (readonly [RegExp, string])[] = [
  [/°C/g, 'C'],
  [/°F/g, 'F'],
  [/°/g, 'deg'],
  [/[µμ]/g, 'u'],
  [/[ΩΩ]/g, 'Ohm'],
  [/²/g, '2'],
  [/³/g, '3'],
  [/φ/g, 'phi'],
  [/[–—−]/g, '-'],
  [/[“”„]/g, '"'],
  [/[‘’]/g, "'"],
];

/** A text of somebody else's in ASCII, with words for the signs of units: `µV` is `uV`. */
export function asciiText(text: string): string {
  if (/^[\u0020-\u007e]*$/.test(text)) return text;
  let out = text;
  for (const [sign, word] of WORDS) out = out.replace(sign, word);
  // A letter with an accent is better than a question mark without one.
  return out
    .normalize('NFD')
    .replace(/\p{Mark}/gu, '')
    .replace(/[^\u0020-\u007e]/gu, '?');
}

/**
 * A text from outside that may be shown: a device could send sequences that a terminal obeys, so that
 * control characters (C0, DEL and C1) and marks that turn the direction of text are taken out.
 */
export function safeText(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, '·');
}

/** Every text in a value of JSON, replaced. */
export function mapTexts<Json>(json: Json, replace: (text: string) => string): Json {
  if (typeof json === 'string') return replace(json) as Json;
  if (Array.isArray(json)) return json.map((item: unknown) => mapTexts(item, replace)) as Json;
  if (typeof json !== 'object' || json === null) return json;
  return Object.fromEntries(
    Object.entries(json).map(([key, value]) => [key, mapTexts<unknown>(value, replace)]),
  ) as Json;
}
