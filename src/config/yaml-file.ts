import { isAlias, isMap, isScalar, isSeq } from 'yaml';
import type { Alias, Document, Node, Pair, YAMLError } from 'yaml';
import type { SpecIssue } from '../profile/issue.ts';
import type { ConfigIssue } from './issue.ts';
import { aliasFinder, parseYaml } from './parse-yaml.ts';
import type { SourceText, TextRange } from './source-text.ts';
import { explainYamlError } from './yaml-problem.ts';

type Path = SpecIssue['path'];

const MAX_DEPTH = 64;
/** Values in one file, aliases counted as often as they are used: a bomb of aliases ends here. */
const MAX_VALUES = 100_000;

/** Nobody reads more of them. */
const MAX_ISSUES = 500;

/** Mistakes of which the rest of the file can be judged all the same. */
const HARMLESS = new Set(['DUPLICATE_KEY', 'TAG_RESOLVE_FAILED']);

/** A YAML file as plain values that still know where they were written. */
export class YamlFile {
  readonly source: SourceText;
  /** Mistakes of the YAML itself. */
  readonly issues: readonly ConfigIssue[];
  /** Undefined when it makes no sense to look at the contents. */
  readonly value: unknown;
  readonly #document: Document;
  readonly #meant: (alias: Alias) => Node | undefined;
  readonly #issues: ConfigIssue[] = [];
  #values = 0;
  #exhausted = false;

  constructor(source: SourceText) {
    this.source = source;
    this.#document = parseYaml(source.text);
    this.#meant = aliasFinder(this.#document);
    const problems = [...this.#document.errors, ...this.#document.warnings];
    const broken = problems.filter(({ code }) => !HARMLESS.has(code));
    this.#note(broken.length === 0 ? problems.slice(0, MAX_ISSUES) : broken.slice(0, 1));
    this.issues = this.#issues;
    const value = broken.length === 0 ? this.#plain(this.#document.contents, 0) : undefined;
    if (!this.#exhausted) this.value = value;
  }

  /** An issue at the value, or the key, that a path leads to; at what there is of the path. */
  issue({ path, span, onKey, severity, message, hint }: SpecIssue): ConfigIssue {
    const range = this.#place(path, onKey ?? false, span);
    return this.source.issueAt(range, {
      severity,
      message,
      ...(hint !== undefined && { hint }),
    });
  }

  /** A value as it was written, without quotes: `8E1` for the number 80. */
  written(path: Path): string | undefined {
    const { node } = this.#walk(path);
    return isScalar(node) ? node.source : undefined;
  }

  /** Is the key of a path written without quotes? */
  isPlainKey(path: Path): boolean {
    const { pair } = this.#walk(path);
    return isScalar(pair?.key) && pair.key.type === 'PLAIN';
  }

  #note(problems: readonly YAMLError[]): void {
    for (const { code, message, pos } of problems) {
      const { range, ...problem } = explainYamlError(code, message, this.source.text, pos);
      this.#issues.push(this.source.issueAt(range, { severity: 'error', ...problem }));
    }
  }

  /** Plain values without prototypes, so that no key of a file can be a property of Object. */
  #plain(node: unknown, depth: number): unknown {
    this.#values += 1;
    if (this.#values > MAX_VALUES || depth > MAX_DEPTH) {
      this.#tooMuch(node, depth);
      return undefined;
    }
    if (isAlias(node)) {
      const target = this.#meant(node);
      if (target !== undefined) return this.#plain(target, depth + 1);
      const message = `nothing is marked &${node.source} above this`;
      this.#issues.push(this.source.issueAt(rangeOf(node), { severity: 'error', message }));
      return undefined;
    }
    if (isMap(node)) {
      const object = Object.create(null) as Record<string, unknown>;
      for (const { key, value } of node.items) {
        const plain = this.#plain(value, depth + 1);
        if (plain !== undefined) object[keyOf(key)] = plain;
      }
      return object;
    }
    if (isSeq(node)) return node.items.map((item) => this.#plain(item, depth + 1));
    return isScalar(node) ? node.value : null;
  }

  #tooMuch(node: unknown, depth: number): void {
    if (this.#exhausted) return;
    this.#exhausted = true;
    const message =
      depth > MAX_DEPTH
        ? `nested more than ${MAX_DEPTH} deep`
        : `more than ${MAX_VALUES} values, counting what aliases repeat`;
    const [start] = rangeOf(node);
    this.#issues.push(this.source.issueAt([start, start + 1], { severity: 'error', message }));
  }

  #place(path: Path, onKey: boolean, span: SpecIssue['span']): TextRange {
    const { node, pair, complete } = this.#walk(path);
    const key = pair === undefined ? undefined : rangeOf(pair.key);
    // A caret under a whole block says nothing: its key stands for it, and for what is missing in it.
    const isBlock = !isScalar(node) || node.source === '';
    if (key !== undefined && (onKey || isBlock || !complete)) return key;
    const [start, end] = rangeOf(node);
    if (span === undefined || !isScalar(node)) return [start, end];
    return this.#inside([start, end], String(node.value), span);
  }

  /** The part of a string, where the file has it letter for letter. */
  #inside([start, end]: TextRange, value: string, span: readonly [number, number]): TextRange {
    const { text } = this.source;
    const first = /["']/.test(text.charAt(start)) ? start + 1 : start;
    const literal = text.slice(first, first + value.length) === value;
    return literal ? [first + span[0], first + span[1]] : [start, end];
  }

  #walk(path: Path): { node: unknown; pair: Pair | undefined; complete: boolean } {
    let node: unknown = this.#resolved(this.#document.contents);
    let pair: Pair | undefined;
    for (const part of path) {
      if (isMap(node)) {
        // Of two equal keys the last one counts.
        const next = node.items.findLast(({ key }) => keyOf(key) === String(part));
        if (next === undefined) return { node, pair, complete: false };
        [pair, node] = [next, this.#resolved(next.value)];
      } else if (isSeq(node) && typeof part === 'number' && part < node.items.length) {
        [pair, node] = [undefined, this.#resolved(node.items[part])];
      } else {
        return { node, pair, complete: false };
      }
    }
    return { node, pair, complete: true };
  }

  #resolved(node: unknown): unknown {
    return isAlias(node) ? this.#meant(node) : node;
  }
}

function keyOf(key: unknown): string {
  return isScalar(key) ? String(key.value) : isAlias(key) ? `*${key.source}` : '';
}

function rangeOf(node: unknown): TextRange {
  const range = (node as Node | null)?.range;
  return range ? [range[0], range[1]] : [0, 1];
}
