import { randomBytes } from "node:crypto";
import type { RedisOptions } from "ioredis";
import type { Limit, Snapshot, State } from "../state.ts";
import { createCircuit } from "./circuit.ts";
import { connectRedis } from "./connect-redis.ts";
import type { RedisClient } from "./open-redis.ts";
import { createFleetLink, type FleetLink } from "./fleet-link.ts";
import { createKeeping } from "./keeping.ts";
import { createKeyBuilder } from "./key-builder.ts";
import { createLimitTexts } from "./limit-texts.ts";
import { loadScripts } from "./load-scripts.ts";
import { createLocalShare, type LocalShare, type OpenReservation } from "./local-share.ts";
import { createRecentTakes } from "./recent-takes.ts";
import { createReplicaMemory } from "./replica-memory.ts";
import { createReservations } from "./reservations.ts";
import { createScriptRunner, type ScriptRunner } from "./script-runner.ts";
import { createSharedStore } from "./shared-store.ts";
import { createSharedSpendBook } from "./spend-book.ts";
import { createTargetOrders } from "./target-orders.ts";

export interface RedisStateOptions {
  /**
   * Where Redis is: `redis://[user:password@]host[:port][/database]`, `rediss://…` over TLS,
   * `redis+sentinel://host:port,host:port/master-name`, `redis+cluster://host:port,host:port`. A cluster keeps limits,
   * breakers and rests in one slot: it is for availability, not for more throughput.
   */
  url: string;
  /** Of every key. Default "switchyard:". */
  prefix?: string;
  /** For rediss: a private authority ({ ca }), a client certificate. */
  tls?: RedisOptions["tls"];
  /** ms; what takes longer is answered from this gateway's own share. Default 50. */
  commandTimeoutMs?: number;
  /** ms between two looks at everything. Default 500. */
  pollMs?: number;
  /** 0…1: for jitter, and for dice that the caller does not throw. */
  random?: () => number;
  /**
   * "alone", with the cause: Redis is away, slow or new, also where it was not there when this began; "shared": it is
   * back. `replicas`: among so many gateways the limits are divided meanwhile.
   */
  onChange?: (store: "shared" | "alone", cause?: unknown, replicas?: number) => void;
  /** Where the number of gateways outlives a restart, for a start without Redis. Default: nowhere. */
  replicasFile?: string;
  /** How many gateways there are, where none is remembered. Default 1. */
  expectedReplicas?: number;
  /** The number of gateways could not be read or written. */
  onProblem?: (message: string, cause: unknown) => void;
}

const COMMAND_TIMEOUT_MS = 50;
const POLL_MS = 500;
/** After a failure the next look comes so soon, where Redis is not held off. */
const LOOK_AGAIN_MS = 20;
/** A Redis that has not been joined by then is away. */
const ABSENT_MS = 1000;
/** Three failures within five seconds: it is left alone for a second. */
const CIRCUIT = { failures: 3, withinMs: 5000, holdMs: 1000 };
/** A snapshot of the own share that is asked for again within this time is the same one. */
const SNAPSHOT_AGE_MS = 100;

/**
 * What replicas share, on Redis. Without it (away, slow, refusing, not connected yet) every call is answered at once
 * from this gateway's own share of what was last known, the snapshot says "alone", and what happened meanwhile is told
 * when Redis is back. A Redis that comes back empty is seeded by every replica with what it knows before anything is
 * reserved there. Throws a TypeError where the URL is none.
 */
export function createRedisState(options: RedisStateOptions): State {
  const { random = Math.random, prefix = "switchyard:" } = options;
  const now = Date.now;
  const replicaId = randomBytes(6).toString("hex");
  // the connection's own failures are seen as calls that fail
  const client = connectRedis({ url: options.url, onError: () => {}, ...(options.tls ? { tls: options.tls } : {}) });
  const timeoutMs = options.commandTimeoutMs ?? COMMAND_TIMEOUT_MS;
  const runner = createScriptRunner({ client, scripts: loadScripts(), timeoutMs });
  const keys = createKeyBuilder(prefix);
  const circuit = createCircuit({ ...CIRCUIT, now: () => performance.now() });
  const replicas = createReplicaMemory({
    file: options.replicasFile,
    expected: options.expectedReplicas,
    now,
    onProblem: options.onProblem,
  });
  // Nobody has told it its place: any is as good, as long as it is not the same for all.
  const first = { sharers: replicas.sharers, rank: Number.parseInt(replicaId, 16) % replicas.sharers };
  const local = createLocalShare({ now, random, first });
  const open = new Map<string, OpenReservation>();
  const recent = createRecentTakes(now);
  const definitions = new Map<string, readonly Limit[]>();
  const textOf = createLimitTexts();
  const onChange = (changed: "shared" | "alone", cause?: unknown): void => {
    clearTimeout(absence);
    options.onChange?.(changed, cause, replicas.sharers);
  };
  const absence = setTimeout(() => onChange("alone", new Error("Redis was not there at the start")), ABSENT_MS);
  absence.unref();
  const spend = createSharedSpendBook({ link: () => link, runner, keys, replicaId, now });
  const link: FleetLink = createFleetLink({
    replicaId,
    runner,
    keys,
    circuit,
    local,
    open,
    recent,
    definitions,
    textOf,
    now,
    onChange,
    replicas,
    companion: spend,
  });
  const store = createSharedStore({ runner, keys, random, textOf });
  const poll = startPolling({ link, client, mayTry: () => circuit.mayTry, pollMs: options.pollMs ?? POLL_MS });
  const closing = createClosing({ poll, client, runner, replicas: keys.replicas, replicaId });
  return {
    ...createReservations({ link, local, store, open, recent, definitions, replicaId, random, now }),
    ...createTargetOrders({ link, local, runner, keys, now }),
    ...createKeeping({ link, runner, keys, now }),
    ...spend.book,
    snapshot: createSnapshotReader({ link, local, now }),
    refresh: () => link.lookAnew().catch(() => {}),
    close: () => {
      clearTimeout(absence);
      return closing();
    },
  };
}

function createSnapshotReader({
  link,
  local,
  now,
}: {
  link: FleetLink;
  local: LocalShare;
  now: () => number;
}): () => Snapshot {
  let own: Snapshot | undefined;
  return () => {
    const { view } = link;
    const { switches, replicas } = view;
    if (link.shared) {
      own = undefined;
      const { takenAt, buckets, targets, providers } = view;
      return { takenAt, buckets, targets, providers, switches, replicas, store: "shared" };
    }
    const takenAt = now();
    if (own === undefined || takenAt - own.takenAt >= SNAPSHOT_AGE_MS) {
      own = { takenAt, ...local.read(), switches, replicas, store: "alone" };
    }
    return own;
  };
}

interface Polling {
  stop(): void;
}

/** Looks at Redis every so often, at once when a connection stands, and soon after a failure. */
function startPolling(options: {
  link: FleetLink;
  client: RedisClient;
  mayTry: () => boolean;
  pollMs: number;
}): Polling {
  const { link, client, mayTry, pollMs } = options;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const look = (): void => {
    if (mayTry()) link.look().catch(() => {});
  };
  const schedule = (): void => {
    if (stopped) return;
    timer = setTimeout(tick, link.shared ? pollMs : Math.min(pollMs, LOOK_AGAIN_MS));
    timer.unref();
  };
  const tick = (): void => {
    if (!mayTry() || client.status !== "ready") return schedule();
    link.look().then(schedule, schedule);
  };
  const onReady = (): void => look();
  const onClose = (): void => link.leave(new Error("the connection to Redis broke"));
  client.on("ready", onReady).on("close", onClose).on("end", onClose);
  schedule();
  return {
    stop() {
      stopped = true;
      clearTimeout(timer);
      client.off("ready", onReady).off("close", onClose).off("end", onClose);
    },
  };
}

function createClosing(options: {
  poll: Polling;
  client: RedisClient;
  runner: ScriptRunner;
  replicas: string;
  replicaId: string;
}): () => Promise<void> {
  const { poll, client, runner, replicas, replicaId } = options;
  let closed: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    poll.stop();
    await runner.ask((redis) => redis.zrem(replicas, replicaId)).catch(() => {});
    client.disconnect();
  };
  return () => (closed ??= close());
}
