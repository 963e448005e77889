/** The page's own clock, and its only file with timers. */

/** Milliseconds since the page was opened; never goes back. */
export function now(): number {
  return performance.now();
}

export function after(ms: number, callback: () => void): () => void {
  const handle = setTimeout(callback, ms);
  return () => clearTimeout(handle);
}

export function every(ms: number, callback: () => void): () => void {
  const handle = setInterval(callback, ms);
  return () => clearInterval(handle);
}
