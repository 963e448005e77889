/** One connection of some library, as the bench sees it. */
export interface Connection {
  /** Reads the registers of the bench once. */
  read(): Promise<ArrayLike<number>>;
}

export interface Library {
  connect(port: number, depth: number): Promise<Connection>;
}

/** A poll that takes longer has failed. */
export const TIMEOUT_MS = 5_000;
