import { InvalidRequestError } from '../../base/errors.ts';
import type { ValueCodec } from './value-codec.ts';
import type { ByteOrder } from './value-type.ts';
import { lowByteFirst } from './word-order.ts';

const SPACE = 0x20;

/** How a text lies in its registers. */
export interface TextForm {
  /** Under `ascii` bytes from 0x80 are no characters: they are dropped, and never written. */
  readonly encoding: 'latin1' | 'ascii';
  /** What fills the place behind a shorter text. */
  readonly pad: 'space' | 'nul';
}

export const PLAIN_TEXT: TextForm = { encoding: 'latin1', pad: 'space' };

const LAST_CODE = { latin1: 0xff, ascii: 0x7f } as const;
const ENCODING_NAMES = { latin1: 'Latin-1', ascii: 'ASCII' } as const;

/**
 * A text of at most `size` characters, one byte each, two to a register. As in any single register
 * only the byte order counts: BADC and DCBA have the first character in the low byte. Reading drops
 * padding by spaces and NULs, and what stands behind a NUL: the rest of a longer text.
 */
export function textCodec(
  size: number,
  order: ByteOrder,
  { encoding, pad }: TextForm = PLAIN_TEXT,
): ValueCodec<string> {
  const flip = lowByteFirst(order) ? 1 : 0;
  const last = LAST_CODE[encoding];
  const padding = pad === 'space' ? SPACE : 0;
  return {
    decode(view, offset) {
      let text = '';
      for (let index = 0; index < size; index += 1) {
        const code = view.getUint8(offset + (index ^ flip));
        if (code <= last) text += String.fromCharCode(code);
      }
      const [first = ''] = text.replace(/^[\0 ]+/, '').split('\0', 1);
      return first.trimEnd();
    },
    encode(view, offset, value) {
      const codes = codesOf(value, size, encoding);
      // An odd size leaves half a register over, which belongs to the padding.
      for (let index = 0; index < size + (size % 2); index += 1) {
        view.setUint8(offset + (index ^ flip), codes[index] ?? padding);
      }
    },
  };
}

/** Checked whole before the first byte is written. */
function codesOf(text: string, size: number, encoding: TextForm['encoding']): number[] {
  const characters = Array.from(text);
  if (characters.length > size) {
    throw new InvalidRequestError(
      `"${text}" has ${characters.length} characters, and there is room for ${size}`,
    );
  }
  return characters.map((character) => {
    const code = character.codePointAt(0) ?? SPACE;
    if (code > LAST_CODE[encoding]) {
      throw new InvalidRequestError(
        `"${character}" cannot be written in one byte (${ENCODING_NAMES[encoding]})`,
      );
    }
    return code;
  });
}

/** Uninterpreted bytes; the value is their hexadecimal form, such as `f1564278`. */
export function bytesCodec(size: number, order: ByteOrder): ValueCodec<string> {
  const flip = lowByteFirst(order) ? 1 : 0;
  return {
    decode(view, offset) {
      let text = '';
      for (let index = 0; index < size; index += 1) {
        text += view
          .getUint8(offset + (index ^ flip))
          .toString(16)
          .padStart(2, '0');
      }
      return text;
    },
    encode(view, offset, value) {
      if (!/^(?:[0-9a-f]{2})*$/i.test(value) || value.length !== size * 2) {
        throw new InvalidRequestError(`"${value}" is not ${size * 2} hexadecimal digits`);
      }
      for (let index = 0; index < size; index += 1) {
        const byte = parseInt(value.slice(index * 2, index * 2 + 2), 16);
        view.setUint8(offset + (index ^ flip), byte);
      }
      if (size % 2 === 1) view.setUint8(offset + (size ^ flip), 0);
    },
  };
}
