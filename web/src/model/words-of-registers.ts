/** The bytes of words in wire order. */
export function bytesOf(words: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(words.length * 2);
  const view = new DataView(bytes.buffer);
  words.forEach((word, index) => view.setUint16(index * 2, word));
  return bytes;
}

/** `0x136E`. */
export function hexWord(word: number): string {
  return `0x${word.toString(16).toUpperCase().padStart(4, '0')}`;
}

/** `0001 0011 0110 1110`. */
export function binaryWord(word: number): string {
  return word
    .toString(2)
    .padStart(16, '0')
    .replace(/(....)(?=.)/g, '$1 ');
}
