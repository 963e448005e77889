/** What a document of ours is made of: text, lists and objects; no numbers, for Zabbix wants text. */
export type YamlValue = string | readonly YamlValue[] | { readonly [key: string]: YamlValue };

/** Writes block YAML, indented by two spaces, in the order of the keys. */
export function blockYaml(value: { readonly [key: string]: YamlValue }): string {
  return `${mappingLines(value).join('\n')}\n`;
}

function mappingLines(mapping: { readonly [key: string]: YamlValue }): readonly string[] {
  return Object.entries(mapping).flatMap(([key, value]) => {
    const [first = '', ...rest] = linesOf(value);
    if (rest.length === 0 && isInline(value)) return [`${key}: ${first}`];
    return [`${key}:`, ...[first, ...rest].map(indent)];
  });
}

function listLines(list: readonly YamlValue[]): readonly string[] {
  return list.flatMap((value) => {
    const [first = '', ...rest] = linesOf(value);
    return [`- ${first}`, ...rest.map(indent)];
  });
}

function linesOf(value: YamlValue): readonly string[] {
  if (typeof value === 'string') return [scalar(value)];
  if (isList(value)) return value.length === 0 ? ['[]'] : listLines(value);
  return isInline(value) ? ['{}'] : mappingLines(value);
}

/** Text, and what has nothing in it, stands behind its key. */
function isInline(value: YamlValue): boolean {
  return typeof value === 'string' || Object.keys(value).length === 0;
}

function isList(value: YamlValue): value is readonly YamlValue[] {
  return Array.isArray(value);
}

const indent = (line: string): string => `  ${line}`;

/** Words that every reader of YAML takes for text stay bare; all else is quoted. */
const BARE = /^[A-Za-z_](?:[A-Za-z0-9_. /-]*[A-Za-z0-9_])?$/;
const NOT_TEXT = /^(true|false|yes|no|on|off|null|y|n)$/i;
const CONTROL = /\p{Cc}/u;

function scalar(text: string): string {
  if (BARE.test(text) && !NOT_TEXT.test(text)) return text;
  // Only double quotes know escapes, and those of JSON are among them.
  if (CONTROL.test(text)) return JSON.stringify(text);
  return `'${text.replaceAll("'", "''")}'`;
}
