/** The keys of one kind of object, for the remark on a key that is not among them. */
export interface KeySet {
  readonly what: string;
  readonly known: readonly string[];
  /** Other words for a key, as people know them from other tools. */
  readonly synonyms: Readonly<Record<string, readonly string[]>>;
  /** Keys that are planned. Accepting them would promise what does not happen. */
  readonly later: readonly string[];
}

/** What others call the unit id. */
export const UNIT = [
  ...['slave', 'slave_id', 'id', 'device_address', 'unit_id', 'slaveid', 'unitid', 'station'],
];
