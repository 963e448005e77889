/** What `9600 8N1` says of a serial port. */
export interface PortSettings {
  /** Bits per second, 50 to 4,000,000. */
  readonly baud: number;
  readonly dataBits: 8;
  readonly parity: 'none' | 'even' | 'odd';
  readonly stopBits: 1 | 2;
}

const MAX_BAUD = 4_000_000;

const PARITIES: Readonly<Record<string, PortSettings['parity']>> = {
  N: 'none',
  E: 'even',
  O: 'odd',
};

/** Reads `9600`, `9600 8N1` or `19200 8E1`; a text is what is wrong with it. */
export function readPortSettings(written: string): PortSettings | string {
  const [baudText = '', frame = '8N1', ...more] = written.trim().split(/\s+/);
  if (more.length > 0) return `unexpected "${more.join(' ')}" behind the settings`;
  const baud = Number(baudText);
  if (!/^\d+$/.test(baudText) || baud < 50 || baud > MAX_BAUD) {
    return `"${baudText}" is no speed, expected baud such as 9600`;
  }
  const problem = frameProblem(frame);
  if (problem !== undefined) return `"${frame}": ${problem}`;
  return {
    baud,
    dataBits: 8,
    parity: PARITIES[frame.charAt(1).toUpperCase()] ?? 'none',
    stopBits: frame.endsWith('2') ? 2 : 1,
  };
}

function frameProblem(frame: string): string | undefined {
  if (/^8[NEO][12]$/i.test(frame)) return undefined;
  const [bits = '', parity = ''] = frame;
  if (bits === '7') {
    return '7 data bits carry Modbus ASCII only; RTU sends bytes and needs 8';
  }
  if (bits !== '8') return `"${bits}" data bits, expected 8`;
  if (!/[NEO]/i.test(parity)) {
    return `parity "${parity}", expected N (none), E (even) or O (odd)`;
  }
  return 'expected 1 or 2 stop bits';
}
