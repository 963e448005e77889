import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { UsageError } from '../../base/errors.ts';
import type { AccessRole } from '../access.ts';
import { fitsPassword, hashPassword, LEAST_PASSWORD, MOST_PASSWORD, NOBODY } from './password.ts';

export interface User {
  readonly name: string;
  readonly role: AccessRole;
  /** What is kept of the password. */
  readonly password: string;
}

const MAX_USERS = 50;
const NAME = /^[\w.@-]{1,64}$/;
const ROLES: ReadonlySet<unknown> = new Set(['viewer', 'operator', 'admin']);

/** Those who may log in: one JSON file that only the program may read. */
export class Users {
  readonly #file: string | undefined;
  #all: readonly User[];

  private constructor(file: string | undefined, all: readonly User[]) {
    this.#file = file;
    this.#all = all;
  }

  /**
   * Without a file they last as long as the program. Throws UsageError for a file that is damaged: to go on
   * without its users would open the first login to anybody.
   */
  static async open(file: string | undefined): Promise<Users> {
    if (file === undefined) return new Users(undefined, []);
    let text: string;
    try {
      text = await readFile(file, 'utf8');
    } catch (error) {
      if ((error as { code?: string }).code === 'ENOENT') return new Users(file, []);
      throw error;
    }
    const all = parseUsers(text);
    if (all === undefined) {
      throw new UsageError(`${file} is damaged: move it away to begin anew, or restore a copy`);
    }
    return new Users(file, all);
  }

  get names(): readonly string[] {
    return this.#all.map(({ name }) => name);
  }

  list(): readonly Pick<User, 'name' | 'role'>[] {
    return this.#all.map(({ name, role }) => ({ name, role }));
  }

  get(name: string): User | undefined {
    return this.#all.find((one) => one.name === name);
  }

  get isEmpty(): boolean {
    return this.#all.length === 0;
  }

  /** Takes over what another program has written, such as the command line. A damaged file changes nothing. */
  async refresh(): Promise<void> {
    if (this.#file === undefined) return;
    const text = await readFile(this.#file, 'utf8').catch((error: unknown) =>
      // Where it is not there nobody is left; where it cannot be read, nothing is known.
      (error as { code?: string }).code === 'ENOENT' ? '{"users":[]}' : '',
    );
    this.#all = parseUsers(text) ?? this.#all;
  }

  /** The user whose password it is. Takes as long for a name that nobody has. */
  async find(name: string, password: string): Promise<User | undefined> {
    const user = this.get(name);
    const fits = await fitsPassword(user?.password ?? NOBODY, password.slice(0, MOST_PASSWORD));
    return fits ? user : undefined;
  }

  /** Adds a user, or gives one another password and role. Throws UsageError for what cannot be. */
  async set(name: string, role: AccessRole, password: string): Promise<User> {
    const problem = userProblem(name, password);
    if (problem !== undefined) throw new UsageError(problem);
    const others = this.#all.filter((one) => one.name !== name);
    if (others.length >= MAX_USERS) throw new UsageError(`there are ${MAX_USERS} users already`);
    const user = { name, role, password: await hashPassword(password) };
    await this.#keep([...others, user]);
    return user;
  }

  async remove(name: string): Promise<void> {
    await this.#keep(this.#all.filter((one) => one.name !== name));
  }

  /** On the disk first: what is not kept is not true. */
  async #keep(all: readonly User[]): Promise<void> {
    if (this.#file !== undefined) {
      const next = `${this.#file}.next`;
      await mkdir(dirname(this.#file), { recursive: true, mode: 0o700 });
      await writeFile(next, `${JSON.stringify({ users: all }, undefined, 2)}\n`, {
        ...{ mode: 0o600, flush: true },
      });
      await chmod(next, 0o600);
      await rename(next, this.#file);
    }
    this.#all = all;
  }
}

/** Why somebody cannot have this name and password; undefined when nothing speaks against them. */
export function userProblem(name: string, password: string): string | undefined {
  if (!NAME.test(name)) return 'a name has 1 to 64 letters, digits and . _ @ -';
  if (password.length < LEAST_PASSWORD || password.length > MOST_PASSWORD) {
    return `a password has ${LEAST_PASSWORD} to ${MOST_PASSWORD} characters`;
  }
  return password.toLowerCase().includes(name.toLowerCase()) && name.length > 2
    ? 'a password does not contain the name'
    : undefined;
}

function parseUsers(text: string): readonly User[] | undefined {
  try {
    const { users } = JSON.parse(text) as { readonly users?: unknown };
    if (!Array.isArray(users) || users.length > MAX_USERS) return undefined;
    return users.every(isUser) ? users : undefined;
  } catch {
    return undefined;
  }
}

function isUser(value: unknown): value is User {
  if (typeof value !== 'object' || value === null) return false;
  const { name, role, password } = value as Partial<Record<keyof User, unknown>>;
  return (
    typeof name === 'string' && NAME.test(name) && ROLES.has(role) && typeof password === 'string'
  );
}
