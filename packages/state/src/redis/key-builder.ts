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
  /** Changed when Redis has been emptied and seeded anew. One of the shared ones. */
  readonly generation: string;
  /** Open reservations of spend by the end of their leases. In the slot of the shared ones, as what follows. */
  readonly spendLeases: string;
  /** A reservation of spend: what it holds. */
  spendReservation(id: string): string;
  /** The sums of one window of an account. */
  spendWindow(name: string): string;
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
  const generation = sharedKey("generation");
  const counts = ["buckets", "targets", "rests", "leases", "expired"].map(sharedKey);
  return {
    shared: [generation, ...counts, rejections, switches, replicas, sharedKey("places"), sharedKey("seeds")],
    rejections,
    switches,
    replicas,
    turn: (name) => `${prefix}turn:${name}`,
    session: (key) => `${prefix}session:${key}`,
    record: (id) => `${prefix}{records}:record:${id}`,
    recordIndex: `${prefix}{records}:index`,
    generation,
    spendLeases: sharedKey("spend-leases"),
    spendReservation: (id) => sharedKey(`spend-open:${id}`),
    spendWindow: (name) => sharedKey(`spend:${name}`),
  };
}
