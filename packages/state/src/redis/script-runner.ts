import type { RedisClient } from "./open-redis.ts";
import type { Script, ScriptName, Scripts } from "./load-scripts.ts";

/** Redis cannot be asked, did not answer in time, or refused. */
export class StoreAwayError extends Error {
  override readonly name = "StoreAwayError";
}

export interface ScriptRunner {
  /** Runs an atomic step. Rejects with StoreAwayError within the timeout where there is no answer. */
  run(name: ScriptName, keys: readonly string[], args: readonly string[], onLate?: OnLate): Promise<unknown>;
  /** The same for plain commands. */
  ask<T>(command: (client: RedisClient) => Promise<T>, onLate?: OnLate): Promise<T>;
  /** Whoever waits is told at once that there will be no answer. */
  giveUp(): void;
}

/** Gets the answer that came after the caller had gone on, so that what it did can be undone. */
export type OnLate = (answer: unknown) => void;

/**
 * Asks Redis with patience of its own, not ioredis's: an answer that comes late is handed over, and a busy event loop
 * is not taken for a slow Redis.
 */
export function createScriptRunner(options: {
  client: RedisClient;
  scripts: Scripts;
  /** ms */
  timeoutMs: number;
}): ScriptRunner {
  const { client, scripts, timeoutMs } = options;
  const waiting = new Set<() => void>();

  const ask = <T>(command: (redis: RedisClient) => Promise<T>, onLate?: OnLate): Promise<T> => {
    if (client.status !== "ready") return Promise.reject(new StoreAwayError("no connection to Redis"));
    return new Promise<T>((resolve, reject) => {
      let done = false;
      const leave = (): void => {
        if (done) return;
        end();
        reject(new StoreAwayError("Redis does not answer in time"));
      };
      const end = (): void => {
        done = true;
        clearTimeout(timer);
        waiting.delete(leave);
      };
      // the answer may already lie in the socket: it is read before giving up
      const timer = setTimeout(() => setImmediate(leave), timeoutMs);
      waiting.add(leave);
      command(client).then(
        (answer) => {
          if (done) return onLate?.(answer);
          end();
          return resolve(answer);
        },
        (cause: unknown) => {
          if (done) return;
          end();
          reject(new StoreAwayError("Redis refused, or the connection broke", { cause }));
        },
      );
    });
  };

  return {
    ask,
    run: (name, keys, args, onLate) => ask((redis) => evaluate(redis, scripts[name], { keys, args }), onLate),
    giveUp() {
      for (const leave of waiting) leave();
    },
  };
}

function evaluate(
  client: RedisClient,
  script: Script,
  { keys, args }: { keys: readonly string[]; args: readonly string[] },
): Promise<unknown> {
  return client.evalsha(script.digest, keys.length, ...keys, ...args).catch((error: unknown) => {
    if (!(error instanceof Error) || !error.message.startsWith("NOSCRIPT")) throw error;
    return client.eval(script.source, keys.length, ...keys, ...args);
  });
}
