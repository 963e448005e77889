import { globPattern } from './glob.ts';

/** What a selector looks at. */
export interface Selectable {
  readonly device: string;
  readonly point: string;
  readonly category?: string;
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * `furnace1.*` and `*.power` name points, `dye*` every point of devices, `@category` points of a
 * category, `#room=B12` (or `#room`) points of devices with a tag.
 */
export function selector(text: string): (subject: Selectable) => boolean {
  if (text.startsWith('@')) {
    const category = globPattern(text.slice(1));
    return (subject) => category.test(subject.category ?? '') && subject.category !== undefined;
  }
  if (text.startsWith('#')) {
    const [, tag = '', value = '*'] = /^#([^=]*)(?:=(.*))?$/s.exec(text) ?? [];
    const wanted = globPattern(value);
    return ({ tags }) => Object.hasOwn(tags, tag) && wanted.test(tags[tag] ?? '');
  }
  const pattern = globPattern(text);
  if (!text.includes('.')) return ({ device }) => pattern.test(device);
  return ({ device, point }) => pattern.test(`${device}.${point}`);
}
