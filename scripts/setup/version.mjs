/**
 * True when `version` ("22.9.1") is `needed` ("22.18") or later. Parts that are not given count as 0.
 *
 * @param {string} version
 * @param {string} needed
 */
export function isAtLeast(version, needed) {
  const have = numbers(version);
  const want = numbers(needed);
  for (let i = 0; i < Math.max(have.length, want.length); i++) {
    const difference = (have[i] ?? 0) - (want[i] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}

/** @param {string} version */
function numbers(version) {
  return version
    .replace(/^v/, '')
    .split('.')
    .map((part) => Number.parseInt(part, 10));
}
