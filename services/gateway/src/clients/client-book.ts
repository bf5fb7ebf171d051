import { createHash } from "node:crypto";

import type { KeyRegister, Settings, SettingsHolder } from "@switchyard/service-kit";
import type { ClientPolicies, ClientPolicy } from "@switchyard/wire";

import { readPoliciesFile, writePoliciesFile } from "./policies-file.ts";

/** Whoever holds a key; without a policy nothing is counted against it. */
export interface KnownClient {
  id: string;
  policy?: ClientPolicy;
}

/** Whose key is whose: those of the configuration, and those that the worker keeps. */
export interface ClientBook extends KeyRegister {
  /** By id; a key without a policy has none here. */
  policyOf(id: string | undefined): ClientPolicy | undefined;
  /** Asks the worker anew. Never rejects; true: it has answered. */
  refresh(): Promise<boolean>;
  close(): void;
}

export interface ClientBookOptions {
  settings: Pick<SettingsHolder, "current">;
  /** The worker's answer; undefined: nothing has changed since that revision. Rejects while it is away. */
  fetchPolicies: (since: number | undefined) => Promise<ClientPolicies | undefined>;
  /** Keeps what the worker said last for a start without it. */
  cacheFile?: string;
  /** ms between two questions; default 5,000. */
  intervalMs?: number;
  now?: () => number;
  onProblem: (message: string, cause: unknown) => void;
}

const INTERVAL_MS = 5000;

export function createClientBook(options: ClientBookOptions): ClientBook {
  const { settings, fetchPolicies, cacheFile, now = Date.now, onProblem } = options;
  let told = readCache(cacheFile, onProblem);
  let revision: number | undefined;
  let index: Index | undefined;
  let failures = 0;
  let asking: Promise<boolean> | undefined;

  const current = (): Index => {
    const known = settings.current();
    if (index?.settings !== known || index.told !== told) index = createIndex(known, told);
    return index;
  };

  const ask = async (): Promise<boolean> => {
    let fresh: ClientPolicies | undefined;
    try {
      fresh = await fetchPolicies(revision);
      failures = 0;
    } catch (error) {
      failures += 1;
      // Once: where all start together, the worker comes a moment later.
      if (failures === 2) onProblem("the cost worker does not tell client keys; those that are known stay", error);
      return false;
    }
    if (fresh === undefined) return true;
    revision = fresh.revision;
    told = fresh.clients;
    if (cacheFile === undefined) return true;
    await writePoliciesFile(cacheFile, fresh).catch((error: unknown) => {
      onProblem("client keys cannot be kept for the next start", error);
    });
    return true;
  };

  const refresh = (): Promise<boolean> => {
    asking ??= ask().finally(() => {
      asking = undefined;
    });
    return asking;
  };
  const timer = setInterval(() => void refresh(), options.intervalMs ?? INTERVAL_MS);
  timer.unref();

  return {
    get hasKeys() {
      return current().byDigest.size > 0;
    },
    find(digest) {
      const client = current().byDigest.get(digest);
      if (client === undefined) return undefined;
      const refused = client.policy === undefined ? undefined : findRefusal(client.policy, now());
      return { id: client.id, ...(refused === undefined ? {} : { refused }) };
    },
    policyOf: (id) => (id === undefined ? undefined : current().byId.get(id)),
    refresh,
    close: () => clearInterval(timer),
  };
}

interface Index {
  settings: Settings;
  told: readonly ClientPolicy[];
  byDigest: ReadonlyMap<string, KnownClient>;
  byId: ReadonlyMap<string, ClientPolicy>;
}

/** What configuration says of a key or a name goes before what the worker says. */
function createIndex(settings: Settings, told: readonly ClientPolicy[]): Index {
  const fixedIds = new Set(settings.clients.map(({ id }) => id));
  const policies = [...told.filter(({ id }) => !fixedIds.has(id)), ...settings.clients];
  const byDigest = new Map<string, KnownClient>(
    policies.map((policy) => [policy.keyDigest, { id: policy.id, policy }]),
  );
  for (const key of settings.gateway.clientKeys) {
    const digest = createHash("sha256").update(key.reveal()).digest("hex");
    if (!byDigest.has(digest) || byDigest.get(digest)?.policy?.source === "ledger") {
      byDigest.set(digest, { id: `key-${digest.slice(0, 8)}` });
    }
  }
  return { settings, told, byDigest, byId: new Map(policies.map((policy) => [policy.id, policy])) };
}

function readCache(file: string | undefined, onProblem: ClientBookOptions["onProblem"]): readonly ClientPolicy[] {
  if (file === undefined) return [];
  try {
    return readPoliciesFile(file)?.clients ?? [];
  } catch (error) {
    onProblem("the kept client keys cannot be read", error);
    return [];
  }
}

function findRefusal({ name, revokedAt, expiresAt }: ClientPolicy, now: number): string | undefined {
  if (revokedAt !== undefined && revokedAt <= now) return `The client key of ${JSON.stringify(name)} was revoked.`;
  if (expiresAt === undefined || expiresAt > now) return undefined;
  return `The client key of ${JSON.stringify(name)} expired on ${new Date(expiresAt).toISOString()}.`;
}
