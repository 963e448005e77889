import { nearest } from '../base/did-you-mean.ts';
import { isProblem, readEndpoint, type EndpointSyntax } from './endpoint-syntax.ts';
import { hintOf, type Path, type Report } from './report.ts';
import type { LineConfig } from './site-config.ts';
import { lineSchema, type LineInput } from './site-schema.ts';

/** A line as its devices need it. */
export interface Line {
  readonly name: string;
  readonly endpoint: EndpointSyntax;
  readonly timeoutMs: number | undefined;
  /** What to call it in a message. */
  readonly owner: string;
}

interface LineEntry extends Line {
  readonly inFlight: number;
  readonly pauseMs: number | undefined;
  /** The longest pause that a device on it needs. */
  devicesPauseMs: number;
}

/** The lines of a site: those with a name, and those that devices name by their endpoint. */
export class LineTable {
  readonly #report: Report;
  /** Every name that is written, also of a line that has a mistake. */
  readonly #names: readonly string[];
  readonly #byName = new Map<string, LineEntry>();
  readonly #byResource = new Map<string, LineEntry>();

  constructor(names: readonly string[], report: Report) {
    this.#names = names;
    this.#report = report;
  }

  add(name: string, written: string | LineInput): void {
    const path = ['lines', name];
    const isShort = typeof written === 'string';
    const input = isShort ? lineSchema.parse({ at: written }) : written;
    const atPath = isShort ? path : [...path, 'at'];
    const { timeout, pause, inFlight } = input;
    const entry = {
      ...{ name, owner: `line "${name}"`, inFlight, devicesPauseMs: 0 },
      timeoutMs: this.#report.timeMs([...path, 'timeout'], timeout, 1),
      pauseMs: this.#report.timeMs([...path, 'pause'], pause, 0),
    };
    const endpoint = this.#endpoint(input.at, atPath);
    if (endpoint === undefined) return;
    if (inFlight > 1 && endpoint.kind !== 'tcp') {
      this.#report.error([...path, 'inFlight'], 'a serial line carries one request at a time', {
        hint: 'leave inFlight out',
      });
    }
    const other = this.#byResource.get(endpoint.resource);
    if (other !== undefined) {
      this.#report.error(atPath, `${other.owner} is at the same place`, { hint: 'keep one' });
      return;
    }
    const line: LineEntry = { ...entry, endpoint };
    this.#byName.set(name, line);
    this.#byResource.set(endpoint.resource, line);
  }

  /** The line that `line: name` means. */
  named(name: string, path: Path): Line | undefined {
    const line = this.#byName.get(name);
    if (line === undefined && !this.#names.includes(name)) {
      const known = nearest(name, this.#names);
      const hint =
        this.#names.length === 0
          ? { hint: `write lines: { ${name}: … }, or at: with the endpoint` }
          : hintOf(known, this.#names);
      this.#report.error(path, `no line is named "${name}"`, hint);
    }
    return line;
  }

  /** The line at an endpoint; devices that name the same one share it. */
  at(text: string, device: string, path: Path): Line | undefined {
    const endpoint = this.#endpoint(text, path);
    if (endpoint === undefined) return undefined;
    const other = this.#byResource.get(endpoint.resource);
    if (other === undefined) {
      const line: LineEntry = {
        ...{ name: endpoint.text, endpoint, owner: `device "${device}"`, inFlight: 1 },
        ...{ timeoutMs: undefined, pauseMs: undefined, devicesPauseMs: 0 },
      };
      this.#byResource.set(endpoint.resource, line);
      return line;
    }
    if (other.endpoint.text === endpoint.text) return other;
    this.#report.error(
      path,
      endpoint.kind === 'serial' && other.endpoint.kind === 'serial'
        ? `${other.owner} uses the same serial port with other settings`
        : `${other.owner} speaks another protocol at the same place`,
      { hint: 'all devices of a line share its settings' },
    );
    return undefined;
  }

  /** What kind of line `line: name` means; undefined where there is none. */
  kindOf(name: string): EndpointSyntax['kind'] | undefined {
    return this.#byName.get(name)?.endpoint.kind;
  }

  /** A device on the line needs this pause behind every answer. */
  needPause({ endpoint }: Line, pauseMs: number): void {
    const entry = this.#byResource.get(endpoint.resource);
    if (entry !== undefined) entry.devicesPauseMs = Math.max(entry.devicesPauseMs, pauseMs);
  }

  /** What is at a place already, in words. */
  ownerOf(resource: string): string | undefined {
    return this.#byResource.get(resource)?.owner;
  }

  configs(): readonly LineConfig[] {
    return [...this.#byResource.values()].map((entry) => ({
      name: entry.name,
      endpoint: entry.endpoint.text,
      kind: entry.endpoint.kind,
      ...(entry.endpoint.can !== undefined && { can: entry.endpoint.can }),
      pauseMs: entry.pauseMs ?? entry.devicesPauseMs,
      inFlight: entry.inFlight,
    }));
  }

  #endpoint(text: string, path: Path): EndpointSyntax | undefined {
    const endpoint = readEndpoint(text);
    if (!isProblem(endpoint)) return endpoint;
    const { message, ...extra } = endpoint;
    this.#report.error(path, message, extra);
    return undefined;
  }
}
