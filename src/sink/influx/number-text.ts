/** `000` to `999`: putting digits together is several times faster than having a double converted. */
const THREE_DIGITS: readonly string[] = Array.from({ length: 1_000 }, (_, number) =>
  String(number).padStart(3, '0'),
);

/** Beyond it a double is converted the long way. */
const MAX_SMALL = 2 ** 30;

/** What `String` gives, sooner for the numbers that devices send: whole ones and those of up to three decimals. */
export function numberText(value: number): string {
  const whole = Math.trunc(value);
  if (value === whole) return Math.abs(value) < MAX_SMALL ? `${whole | 0}` : String(value);
  const thousandths = Math.round(Math.abs(value) * 1_000);
  // A division is rounded correctly, so that this holds only when these decimals are the value's own.
  if (thousandths >= MAX_SMALL || thousandths / 1_000 !== Math.abs(value)) return String(value);
  const integer = (thousandths / 1_000) | 0;
  const decimals = thousandths - integer * 1_000;
  return `${value < 0 ? '-' : ''}${integer}.${withoutZeros(decimals)}`;
}

/** A whole number of at least a million, such as a time. */
export function longText(value: number): string {
  const millions = Math.floor(value / 1_000_000);
  const rest = value - millions * 1_000_000;
  const thousands = (rest / 1_000) | 0;
  return `${millions}${THREE_DIGITS[thousands] ?? ''}${THREE_DIGITS[rest - thousands * 1_000] ?? ''}`;
}

function withoutZeros(decimals: number): string {
  if (decimals % 100 === 0) return `${(decimals / 100) | 0}`;
  const text = THREE_DIGITS[decimals] ?? '';
  return decimals % 10 === 0 ? text.slice(0, 2) : text;
}
