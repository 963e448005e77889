/** `2026-02-27T10:37:29.412+01:00`, in the computer's zone. */
export function localIso(micros: number): string {
  const date = new Date(micros / 1000);
  const offset = -date.getTimezoneOffset();
  const local = new Date(date.getTime() + offset * 60_000).toISOString().slice(0, -1);
  const [hours, minutes] = [Math.floor(Math.abs(offset) / 60), Math.abs(offset) % 60];
  return `${local}${offset < 0 ? '-' : '+'}${pad(hours)}:${pad(minutes)}`;
}

/** `2026-02-27T09:37:29.412Z`. */
export function utcIso(micros: number): string {
  return new Date(micros / 1000).toISOString();
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}
