/** Which methods each path takes, for the answer to a method that it does not. */
export class PathMethods {
  readonly #methods = new Map<string, Set<string>>();

  /** `path` as a route has it: `/api/v1/values/:device`. */
  add(path: string, method: string): void {
    const known = this.#methods.get(path) ?? new Set();
    this.#methods.set(path, known.add(method));
  }

  /** Of the path of a request, in the order of their letters; none where nothing is there. */
  methodsOf(url: string): readonly string[] {
    const asked = (url.split(/[?#]/)[0] ?? '').split('/');
    const found = new Set<string>();
    for (const [path, methods] of this.#methods) {
      if (fits(path.split('/'), asked)) for (const method of methods) found.add(method);
    }
    return [...found].sort();
  }
}

function fits(pattern: readonly string[], asked: readonly string[]): boolean {
  return (
    pattern.length === asked.length &&
    pattern.every((part, at) => (part.startsWith(':') ? asked[at] !== '' : part === asked[at]))
  );
}
