import type { BucketStatus, Rest, Snapshot, TargetStatus } from "@switchyard/state";

/** What the shared state knows of one provider, for people. */
export interface ProviderWorld {
  /** Who of it is left alone. */
  rests: { scope: string; rest: Rest }[];
  /** By upstream model id. */
  targets: Map<string, TargetStatus>;
  /** By quota bucket; those of clients with credentials of their own carry "#". */
  buckets: Map<string, BucketStatus>;
}

export function worldOfProvider(snapshot: Snapshot, provider: string): ProviderWorld {
  const targets = ownOf(snapshot.targets, provider);
  const buckets = ownOf(snapshot.buckets, provider);
  const whole = snapshot.providers.get(provider);
  const rests = [
    ...(whole === undefined ? [] : [{ scope: "provider", rest: whole }]),
    ...[...buckets].flatMap(([name, { rest }]) => (rest === undefined ? [] : [{ scope: `bucket ${name}`, rest }])),
    ...[...targets].flatMap(([name, { rest }]) => (rest === undefined ? [] : [{ scope: `model ${name}`, rest }])),
  ].filter(({ rest }) => isNow(rest));
  return { rests, targets, buckets };
}

function isNow({ until }: Rest): boolean {
  return until === undefined || until > Date.now();
}

function ownOf<Status>(all: ReadonlyMap<string, Status>, provider: string): Map<string, Status> {
  const prefix = `${provider}/`;
  return new Map(
    [...all].flatMap(([key, status]) => (key.startsWith(prefix) ? [[key.slice(prefix.length), status]] : [])),
  );
}
