import type { AccessRole } from '../access.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** A parameter behind `?`; one that a route does not know is refused. */
export interface QueryFacts {
  readonly summary: string;
  readonly type?: 'string' | 'integer';
  /** All that it may be. */
  readonly values?: readonly string[];
  readonly example?: string;
}

/** What a route is, apart from what it does: its guards and its description are made from this. */
export interface RouteFacts {
  /** `GET /api/v1/values/:device`. A GET takes HEAD as well, unless `isStream`. */
  readonly route: `${Method} /${string}`;
  readonly summary: string;
  /**
   * Who may ask. Absent: whoever may look, which is everybody, or where everybody must log in those who have. `open`:
   * strangers as well. A role: those who have at least that one.
   */
  readonly access?: 'open' | AccessRole;
  readonly query?: Readonly<Record<string, QueryFacts>>;
  /**
   * The name of the type of the body in the contract: it is checked against that before the route sees it. Only a
   * route that has one takes a body.
   */
  readonly body?: string;
  /** Bytes the body may have; default 16 KiB. */
  readonly maxBytes?: number;
  /** Headers that mean something to this route alone: name and meaning. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The type of the answer, in the words of the contract; where it is no JSON, its media type. */
  readonly answer: string;
  /** The codes of its own refusals by status; those of the guards are known. */
  readonly problems?: Readonly<Record<number, readonly string[]>>;
  /** The answer does not end. */
  readonly isStream?: true;
}

/** Routes about one thing. */
export interface Topic {
  readonly name: string;
  readonly summary: string;
  readonly routes: readonly RouteFacts[];
}
