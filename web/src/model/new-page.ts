import { notice } from './notice.ts';

let met: string | undefined;

/**
 * The gateway that speaks may be another one than that which gave this page: it was updated meanwhile. Its
 * page is fetched then, unless somebody is in the middle of something; then the page asks.
 */
export function meetVersion(version: string): void {
  const before = met;
  met = version;
  if (before === undefined || before === version) return;
  if (isInUse()) notice.value = 'new-page';
  else location.reload();
}

/** Is there anything that would be lost? */
function isInUse(): boolean {
  return document.querySelector('dialog[open], textarea, input:focus, select:focus') !== null;
}
