import { nearest } from '../base/did-you-mean.ts';

/** Longer words are no slips of the keyboard, and comparing them takes long. */
const LONGEST = 80;

/** With more names than this, the two sides of the dot are compared apart. */
const COMPARABLE = 500;

/** The known name that was probably meant, among any number of them. */
export function meantName(word: string, known: Iterable<string>): string | undefined {
  // One letter is like every other one.
  if (word.length < 2 || word.length > LONGEST) return undefined;
  const names = [...known];
  const candidates = alike(word, names);
  if (candidates.length <= COMPARABLE) return nearest(word, candidates);

  // A site may know ten thousand points: first the device, then the point of it.
  const [device, point] = sidesOf(word);
  const devices = new Set(names.map((name) => sidesOf(name)[0]));
  const meantDevice = nearestOf(device, devices);
  if (meantDevice === undefined) return undefined;
  const points = names.map(sidesOf).filter(([side]) => side === meantDevice);
  const meantPoint = nearestOf(
    point,
    points.map(([, side]) => side),
  );
  return meantPoint && `${meantDevice}${meantPoint}`;
}

/** `furnace1` and `.pv`; a name without a dot has no first side. */
function sidesOf(name: string): readonly [device: string, point: string] {
  const dot = name.indexOf('.');
  return dot < 0 ? ['', name] : [name.slice(0, dot), name.slice(dot)];
}

function nearestOf(word: string, known: Iterable<string>): string | undefined {
  return nearest(word, alike(word, known).slice(0, COMPARABLE));
}

/** Those of about the same length: the others cannot be near. */
function alike(word: string, known: Iterable<string>): string[] {
  const slack = Math.max(1, Math.floor(word.length / 3));
  return [...known].filter((name) => Math.abs(name.length - word.length) <= slack);
}
