/** The orders in which the bytes of two registers can be meant. */
export const ORDERS = ['ABCD', 'CDAB', 'BADC', 'DCBA'] as const;

export interface Reading {
  readonly order: (typeof ORDERS)[number];
  readonly u32: string;
  readonly i32: string;
  readonly f32: string;
}

/** What two registers are worth in every order, so that one sees which is meant. */
export function readingsOf([high = 0, low = 0]: readonly number[]): readonly Reading[] {
  const [a, b, c, d] = [high >> 8, high & 0xff, low >> 8, low & 0xff];
  const bytes: Readonly<Record<Reading['order'], readonly number[]>> = {
    ABCD: [a, b, c, d],
    CDAB: [c, d, a, b],
    BADC: [b, a, d, c],
    DCBA: [d, c, b, a],
  };
  return ORDERS.map((order) => {
    const view = new DataView(Uint8Array.from(bytes[order]).buffer);
    const float = view.getFloat32(0);
    return {
      order,
      u32: String(view.getUint32(0)),
      i32: String(view.getInt32(0)),
      f32: Number.isNaN(float) ? 'NaN' : String(Number(float.toPrecision(7))),
    };
  });
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
