import type { BucketView, World } from "@switchyard/routing";
import type { BucketStatus, LimitStatus, Snapshot } from "@switchyard/state";

/** What the shared state knows, in the form that routing decides by. */
export type WorldReader = (snapshot: Snapshot, now: number) => World;

/** Makes the form once per snapshot. */
export function createWorldReader(): WorldReader {
  let of: Snapshot | undefined;
  let world: Omit<World, "now"> | undefined;
  return (snapshot, now) => {
    if (world === undefined || of !== snapshot) {
      of = snapshot;
      world = toWorld(snapshot);
    }
    return { ...world, now };
  };
}

function toWorld({ buckets, targets, providers, takenAt }: Snapshot): Omit<World, "now"> {
  return {
    buckets: new Map([...buckets].map(([name, status]) => [name, toBucketView(status, takenAt)])),
    targets,
    restingProviders: providers,
  };
}

function toBucketView({ limits, load, rest, share, utilization }: BucketStatus, takenAt: number): BucketView {
  const fullest = limits.reduce<LimitStatus | undefined>(
    (most, limit) => (most === undefined || loadOf(limit) > loadOf(most) ? limit : most),
    undefined,
  );
  const inputLimits = limits.filter(({ resource }) => resource === "input_tokens" || resource === "tokens");
  const most = Math.max(load ?? 0, utilization?.used ?? 0);
  const resetAt = (load ?? 0) >= (utilization?.used ?? 0) ? fullest?.resetAt : utilization?.resetAt;
  return {
    load: load === undefined && utilization === undefined ? undefined : most,
    share,
    ...(resetAt === undefined ? {} : { resetAt }),
    ...(inputLimits.length === 0
      ? {}
      : { inputTokensLeft: Math.max(0, Math.min(...inputLimits.map(({ limit, used }) => limit - used))) }),
    ...steadyReturn(inputLimits, takenAt),
    ...(rest === undefined ? {} : { rest }),
  };
}

/** How fast room for input comes back, where all of it comes back steadily until the reset. */
function steadyReturn(limits: readonly LimitStatus[], takenAt: number): Pick<BucketView, "inputTokensPerSecond"> {
  const rates = limits
    .filter(({ algorithm, used, resetAt }) => algorithm === "token_bucket" && used > 0 && resetAt > takenAt)
    .map(({ used, resetAt }) => used / ((resetAt - takenAt) / 1000));
  return rates.length < limits.length || rates.length === 0 ? {} : { inputTokensPerSecond: Math.min(...rates) };
}

function loadOf({ used, limit }: LimitStatus): number {
  return limit <= 0 ? 1 : used / limit;
}
