import { once } from "node:events";

import type { RedisOptions } from "ioredis";

import type { SpendSum } from "../state.ts";
import { connectRedis } from "./connect-redis.ts";
import { createKeyBuilder } from "./key-builder.ts";
import { loadScripts } from "./load-scripts.ts";
import { createScriptRunner } from "./script-runner.ts";
import { createSpendStore } from "./spend-store.ts";

/** What the keeper of the ledger tells replicas by Redis. It is none of them: nothing is reserved, nobody counts it. */
export interface LedgerLink {
  /**
   * Sums of the ledger, in place of lower ones. "unseeded": no replica has been there since Redis was emptied; it is
   * for them to begin. Rejects with StoreAwayError where Redis does not answer.
   */
  correctSpend(sums: readonly SpendSum[]): Promise<"told" | "unseeded">;
  /** Rejects with StoreAwayError where Redis does not answer. */
  publish(channel: string, message: string): Promise<void>;
  close(): void;
}

export interface LedgerLinkOptions {
  /** As parseRedisUrl reads it. */
  url: string;
  /** Of every key. */
  prefix: string;
  tls?: RedisOptions["tls"];
  /** ms. Default 1,000. */
  commandTimeoutMs?: number;
}

const COMMAND_TIMEOUT_MS = 1000;
const AT_ONCE = 100;

/** Throws a TypeError where the URL is none. */
export function createLedgerLink(options: LedgerLinkOptions): LedgerLink {
  // The connection's own failures are seen as calls that fail.
  const client = connectRedis({
    url: options.url,
    onError: () => {},
    ...(options.tls === undefined ? {} : { tls: options.tls }),
  });
  const timeoutMs = options.commandTimeoutMs ?? COMMAND_TIMEOUT_MS;
  const runner = createScriptRunner({ client, scripts: loadScripts(), timeoutMs });
  const keys = createKeyBuilder(options.prefix);
  /** A connection that is on its way is waited for, as long as for an answer. */
  const connected = async (): Promise<void> => {
    if (client.status === "ready") return;
    await once(client, "ready", { signal: AbortSignal.timeout(timeoutMs) }).catch(() => {});
  };
  const store = createSpendStore({ runner, keys });
  return {
    async correctSpend(sums) {
      await connected();
      const generation = await runner.ask((redis) => redis.get(keys.generation));
      if (generation === null) return "unseeded";
      const entries = sums.filter(({ used }) => used > 0);
      for (let from = 0; from < entries.length; from += AT_ONCE) {
        const part = { sums: store.nameSums(entries.slice(from, from + AT_ONCE)), open: [] };
        const answer = await store.seed(part, { generation, now: Date.now() });
        if (answer === "unseeded") return "unseeded";
      }
      return "told";
    },
    async publish(channel, message) {
      await connected();
      await runner.ask((redis) => redis.publish(channel, message));
    },
    close() {
      runner.giveUp();
      client.disconnect();
    },
  };
}
