/** Names of keys; every key of this project in a Redis comes from here. */
export interface KeyBuilder {
  /** What one atomic step may touch together, in this order; all in one slot of a cluster. */
  readonly shared: readonly string[];
  /** Replicas by the moment until which they are taken to live. One of the shared ones. */
  readonly replicas: string;
  /** Changed at run time: strategy, providers switched off. One of the shared ones. */
  readonly switches: string;
  /** Fields and betas that targets refuse. One of the shared ones. */
  readonly rejections: string;
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
  const sharedKey = (name: string): string => `${prefix}{shared}:${name}`;
  const [rejections, switches, replicas] = ["rejections", "switches", "replicas"].map(sharedKey) as [
    string,
    string,
    string,
  ];
  const counts = ["generation", "buckets", "targets", "rests", "leases", "expired"].map(sharedKey);
  return {
    shared: [...counts, rejections, switches, replicas],
    rejections,
    switches,
    replicas,
    turn: (name) => `${prefix}turn:${name}`,
    session: (key) => `${prefix}session:${key}`,
    record: (id) => `${prefix}{records}:record:${id}`,
    recordIndex: `${prefix}{records}:index`,
  };
}
