import { parseExpression, type Expression } from '../expression/expression.ts';
import { parseTemplate, type Template } from '../expression/template.ts';
import type { Kind } from '../expression/value.ts';
import { PREVIOUS, type JsonTemplate } from '../exchange/flow-setup.ts';
import { nearest } from '../base/did-you-mean.ts';
import { hintOf, type Path, type Report } from './report.ts';
import type { DeviceConfig } from './site-config.ts';

/** Everything that is read at a site, by `device.point`. */
export type SiteScope = ReadonlyMap<string, Kind>;

const COMMON = ['device', 'time', 'id', 'tag.*'];
const IN_PATHS = new Set(['device', 'tag.*']);
/** Deeper JSON is a mistake. */
const MAX_DEPTH = 16;

/** `batch*` of `batch7`. */
function globOf(name: string): string {
  return name.replace(/\d+$/, '*');
}

/** One device of a rule or pull: what its texts may name. */
export class FlowDevice {
  readonly config: DeviceConfig;
  readonly #report: Report;
  readonly #scope: ReadonlyMap<string, Kind>;
  readonly #places: Set<string>;

  constructor(config: DeviceConfig, kind: 'rule' | 'pull', site: SiteScope, report: Report) {
    this.config = config;
    this.#report = report;
    const prefix = `${config.name}.`;
    const own = [...site].filter(([id]) => id.startsWith(prefix));
    const bare = own.map(([id, of]) => [id.slice(prefix.length), of] as const);
    const previous = bare.map(([name, of]) => [PREVIOUS + name, of] as const);
    this.#scope = new Map([...site, ...bare, ...previous]);
    this.#places = new Set(kind === 'pull' ? [...COMMON, 'record.*'] : COMMON);
    if (kind === 'rule') for (const name of this.#scope.keys()) this.#places.add(name);
  }

  /** The point that a step writes; undefined, and reported, when it is not one that may be written. */
  target(path: Path, name: string, isCounted: boolean): string | undefined {
    const { config } = this;
    if (config.writable.has(name)) return `${config.name}.${name}`;
    const all = [...config.points.map(({ point }) => point.name)];
    const known = [...all, ...config.unpolled.map((point) => point.name)];
    if (known.includes(name)) {
      // One remark for all points of a step that counts.
      const shown = isCounted ? globOf(name) : name;
      const hint = `device ${config.name} needs writes: ['${shown}']`;
      this.#report.error(path, `"${shown}" may not be written`, { hint });
      return undefined;
    }
    const message = `device "${config.name}" has no point "${name}"`;
    const writable = [...config.writable.keys()];
    this.#report.error(path, message, hintOf(nearest(name, known), writable));
    return undefined;
  }

  condition(path: Path, text: string): Expression | undefined {
    return this.#expression(path, text, 'boolean');
  }

  /** Names of its own, which its steps may use. */
  values(path: Path, texts: Readonly<Record<string, string>>): ReadonlyMap<string, Expression> {
    const values = new Map<string, Expression>();
    for (const [name, text] of Object.entries(texts)) {
      if (!/^[a-z_]\w*$/i.test(name)) {
        const message = `"${name}" is no name: letters, digits and _`;
        this.#report.error([...path, name], message, { onKey: true });
      }
      this.#places.add(name);
      const expression = this.#expression([...path, name], text);
      if (expression !== undefined) values.set(name, expression);
    }
    return values;
  }

  #expression(path: Path, text: string, kind?: Kind): Expression | undefined {
    const { expression, issues } = parseExpression(text, this.#scope, kind);
    this.#report.include(path, issues);
    return expression;
  }

  template(path: Path, text: string, places = this.#places): Template | undefined {
    const { template, issues } = parseTemplate(text, places);
    this.#report.include(path, issues);
    for (const name of template?.names ?? []) this.#checkTag(path, name);
    return template;
  }

  #checkTag(path: Path, name: string): void {
    if (!name.startsWith('tag.') || Object.hasOwn(this.config.tags, name.slice(4))) return;
    const [tag, known] = [name.slice(4), Object.keys(this.config.tags)];
    const hint = known.length === 0 ? { hint: `tags: { ${tag}: … }` } : hintOf(undefined, known);
    this.#report.error(path, `device "${this.config.name}" has no tag "${tag}"`, hint);
  }

  /** `data.{tag.machine_id}` as its keys, with the tags of this device. */
  path(path: Path, text: string): readonly string[] {
    if (text === '') return [];
    const template = this.template(path, text, IN_PATHS);
    // A tag may have a dot in it: the text is cut up first.
    return (template === undefined ? '' : text)
      .split(/\.(?![^{}]*\})/)
      .map((key) =>
        key.replaceAll(/\{([^{}]*)\}/g, (_, name: string) =>
          name === 'device'
            ? this.config.name
            : (this.config.tags[name.replace(/^tag\./, '')] ?? ''),
        ),
      );
  }

  json(path: Path, value: unknown, depth = 0): JsonTemplate {
    if (typeof value === 'string') {
      const template = this.template(path, value);
      if (template === undefined) return { kind: 'literal', value: '' };
      const [, only] = /^\{([^{}]+)\}$/.exec(value) ?? [];
      return { kind: 'text', template, ...(only !== undefined && { only }) };
    }
    if (depth > MAX_DEPTH) this.#report.error(path, 'this is too deep');
    else if (Array.isArray(value)) {
      const items = value.map((item, index) => this.json([...path, index], item, depth + 1));
      return { kind: 'list', items };
    } else if (typeof value === 'object' && value !== null) {
      const entries = Object.entries(value).map(
        ([key, entry]) => [key, this.json([...path, key], entry, depth + 1)] as const,
      );
      return { kind: 'object', entries };
    }
    const isPlain = typeof value === 'number' || typeof value === 'boolean';
    return { kind: 'literal', value: isPlain ? value : null };
  }
}
