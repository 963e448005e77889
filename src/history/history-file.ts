import type * as Sqlite from 'node:sqlite';
import { crc32 } from 'node:zlib';
import { DamagedDataError } from './packing.ts';
import { MAX_RUNS, type Run } from './runs.ts';

export type SqliteModule = typeof Sqlite;

/** Of the tables below; a file of a later program is left alone. */
const VERSION = 1;
const CRC_SIZE = 4;

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS series (id INTEGER PRIMARY KEY, point TEXT NOT NULL UNIQUE);
  -- What was written last, of all points, as it came: read again after a restart.
  CREATE TABLE IF NOT EXISTS recent (id INTEGER PRIMARY KEY, data BLOB NOT NULL);
  -- The samples of one point and hour.
  CREATE TABLE IF NOT EXISTS raw (
    series INTEGER NOT NULL, block INTEGER NOT NULL, data BLOB NOT NULL,
    PRIMARY KEY (series, block)
  ) WITHOUT ROWID;
  -- The buckets of one point and hour, by their length in seconds.
  CREATE TABLE IF NOT EXISTS rollup (
    level INTEGER NOT NULL, series INTEGER NOT NULL, block INTEGER NOT NULL, data BLOB NOT NULL,
    PRIMARY KEY (level, series, block)
  ) WITHOUT ROWID;
  -- When the gateway ran, in microseconds since 1970.
  CREATE TABLE IF NOT EXISTS runs (begin INTEGER PRIMARY KEY, until INTEGER NOT NULL);
`;

/** One block of one point, ready to be written. */
export interface PackedBlock {
  readonly series: number;
  readonly block: number;
  readonly raw: Uint8Array;
  /** By level, in microseconds. */
  readonly rollups: ReadonlyMap<number, Uint8Array>;
}

export interface StoredRow {
  readonly id: number;
  readonly data: Uint8Array;
}

/** The tables, and nothing of what the bytes in them mean. Every method may throw what SQLite throws. */
export class HistoryFile {
  readonly #db: Sqlite.DatabaseSync;
  readonly #statements = new Map<string, Sqlite.StatementSync>();

  constructor(sqlite: SqliteModule, path: string) {
    this.#db = new sqlite.DatabaseSync(path, { timeout: 200 });
    try {
      this.#prepareFile();
    } catch (error) {
      this.#db.close();
      throw error;
    }
  }

  #prepareFile(): void {
    const version = this.#number('PRAGMA user_version');
    if (version > VERSION) {
      throw new Error(`the history was written by a later program (version ${version})`);
    }
    // A flush is one commit, and what a power cut takes is what was not flushed.
    this.#db.exec(`
      PRAGMA auto_vacuum = INCREMENTAL;
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = FULL;
      PRAGMA journal_size_limit = 4000000;
      PRAGMA cache_size = -8000;
      ${SCHEMA}
      PRAGMA user_version = ${VERSION};
    `);
  }

  close(): void {
    this.#db.close();
  }

  /** All of it or nothing. */
  transaction<T>(work: () => T): T {
    this.#db.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.#db.exec('COMMIT');
      return result;
    } catch (error) {
      // A full disk has already ended the transaction.
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      throw error;
    }
  }

  series(): ReadonlyMap<string, number> {
    const rows = this.#statement('SELECT id, point FROM series').all() as unknown as {
      id: number;
      point: string;
    }[];
    return new Map(rows.map(({ id, point }) => [point, id]));
  }

  addSeries(point: string): number {
    return Number(this.#run('INSERT INTO series (point) VALUES (?)', point));
  }

  runs(): Run[] {
    const rows = this.#statement('SELECT begin, until FROM runs ORDER BY begin').all();
    return rows as unknown as Run[];
  }

  /** Keeps a run, and of all of them the newest. */
  writeRun({ begin, until }: Run): void {
    this.#run('REPLACE INTO runs VALUES (?, ?)', Math.round(begin), Math.round(until));
    const sql =
      'DELETE FROM runs WHERE begin <= (SELECT begin FROM runs ORDER BY begin DESC LIMIT 1 OFFSET ?)';
    this.#run(sql, MAX_RUNS);
  }

  recent(): StoredRow[] {
    const rows = this.#statement('SELECT id, data FROM recent ORDER BY id').all();
    return rows as unknown as StoredRow[];
  }

  appendRecent(data: Uint8Array): number {
    return Number(this.#run('INSERT INTO recent (data) VALUES (?)', withCrc(data)));
  }

  deleteRecentBelow(id: number): void {
    this.#run('DELETE FROM recent WHERE id < ?', id);
  }

  writeBlock({ series, block, raw, rollups }: PackedBlock): void {
    this.#run('REPLACE INTO raw VALUES (?, ?, ?)', series, block, withCrc(raw));
    this.#run(
      'DELETE FROM rollup WHERE series = ? AND block = ? AND level IN (30, 300, 3600)',
      series,
      block,
    );
    for (const [level, data] of rollups) {
      const sql = 'INSERT INTO rollup VALUES (?, ?, ?, ?)';
      this.#run(sql, level / 1_000_000, series, block, withCrc(data));
    }
  }

  /** Undefined when there is none. */
  raw(series: number, block: number): Uint8Array | undefined {
    const sql = 'SELECT data FROM raw WHERE series = ? AND block = ?';
    const row = this.#statement(sql).get(series, block) as { data: Uint8Array } | undefined;
    return row?.data;
  }

  /** The newest block that is not above `last`; undefined when there is none. */
  newestRawBlock(series: number, last: number): number | undefined {
    const sql =
      'SELECT block AS id FROM raw WHERE series = ? AND block <= ? ORDER BY block DESC LIMIT 1';
    const row = this.#statement(sql).get(series, last) as { id: number } | undefined;
    return row?.id;
  }

  /** Blocks from `first` to `last`, both included, in order. */
  rawBlocks(series: number, first: number, last: number): number[] {
    const sql =
      'SELECT block AS id FROM raw WHERE series = ? AND block BETWEEN ? AND ? ORDER BY block';
    const rows = this.#statement(sql).all(series, first, last) as unknown as { id: number }[];
    return rows.map(({ id }) => id);
  }

  /** Each with its block as `id`. */
  rollups(series: number, level: number, first: number, last: number): StoredRow[] {
    const sql =
      'SELECT block AS id, data FROM rollup WHERE level = ? AND series = ? AND block BETWEEN ? AND ?';
    const rows = this.#statement(sql).all(level / 1_000_000, series, first, last);
    return rows as unknown as StoredRow[];
  }

  oldestBlock(series: number): number | undefined {
    const sql = 'SELECT block FROM raw WHERE series = ? ORDER BY block LIMIT 1';
    return (this.#statement(sql).get(series) as { block: number } | undefined)?.block;
  }

  deleteBlocksBelow(series: number, block: number): void {
    this.#run('DELETE FROM raw WHERE series = ? AND block < ?', series, block);
    for (const level of [30, 300, 3600]) {
      const sql = 'DELETE FROM rollup WHERE level = ? AND series = ? AND block < ?';
      this.#run(sql, level, series, block);
    }
  }

  /** Bytes of the pages that hold something. */
  usedBytes(): number {
    const pages = this.#number('PRAGMA page_count') - this.#number('PRAGMA freelist_count');
    return pages * this.#number('PRAGMA page_size');
  }

  /** Gives pages that hold nothing back to the disk. */
  shrink(): void {
    this.#db.exec('PRAGMA incremental_vacuum(2000)');
  }

  #number(sql: string): number {
    const row = this.#statement(sql).get() ?? {};
    return Number(Object.values(row)[0]);
  }

  #run(sql: string, ...values: (number | string | Uint8Array)[]): number | bigint {
    return this.#statement(sql).run(...values).lastInsertRowid;
  }

  #statement(sql: string): Sqlite.StatementSync {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const made = this.#db.prepare(sql);
    this.#statements.set(sql, made);
    return made;
  }
}

function withCrc(data: Uint8Array): Uint8Array {
  const out = new Uint8Array(data.length + CRC_SIZE);
  new DataView(out.buffer).setUint32(0, crc32(data));
  out.set(data, CRC_SIZE);
  return out;
}

/** What was stored, when its checksum is right. Throws DamagedDataError. */
export function withoutCrc(stored: Uint8Array): Uint8Array {
  if (stored.length < CRC_SIZE) throw new DamagedDataError('the data ends too early');
  const expected = new DataView(stored.buffer, stored.byteOffset, CRC_SIZE).getUint32(0);
  const data = stored.subarray(CRC_SIZE);
  if (crc32(data) !== expected) throw new DamagedDataError('the checksum is wrong');
  return data;
}

/** Does SQLite say that the file is no database, or that it is damaged? */
export function isDamage(error: unknown): boolean {
  const code = (error as { errcode?: unknown } | undefined)?.errcode;
  // The low byte is the result, the rest says more about it: SQLITE_CORRUPT, SQLITE_NOTADB.
  return typeof code === 'number' && [11, 26].includes(code & 0xff);
}
