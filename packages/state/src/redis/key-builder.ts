/** Names of keys; every key of this project in a Redis comes from here. */
export interface KeyBuilder {
  /** What one atomic step may touch together, in this order; all in one slot of a cluster. */
  readonly shared: readonly string[];
  /** Rounds of round robin, a key each. */
  turn(name: string): string;
  session(key: string): string;
  record(id: string): string;
  /** The ids of kept records by age. */
  readonly recordIndex: string;
}

/**
 * Limits, breakers and rests share one hash tag, because one script takes from several buckets; sessions have none, so
 * that a cluster spreads them; records share another with their index.
 */
export function createKeyBuilder(prefix: string): KeyBuilder {
  const shared = [
    "generation",
    "buckets",
    "targets",
    "rests",
    "leases",
    "expired",
    "rejections",
    "switches",
    "replicas",
  ].map((name) => `${prefix}{shared}:${name}`);
  return {
    shared,
    turn: (name) => `${prefix}turn:${name}`,
    session: (key) => `${prefix}session:${key}`,
    record: (id) => `${prefix}{records}:record:${id}`,
    recordIndex: `${prefix}{records}:index`,
  };
}
