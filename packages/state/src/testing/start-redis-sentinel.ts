import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Redis } from "ioredis";
import { type RedisProcess, startRedisProcess } from "./redis-process.ts";
import { startRedis, type TestRedis } from "./start-redis.ts";
import { waitUntil } from "./wait-until.ts";

const MASTER_NAME = "switchyard-test";
/** A busy machine holds a master up for a second. */
const GONE_MS = 5000;

/** One master, one replica of it, one sentinel that promotes the replica when the master is gone for five seconds. */
export interface TestRedisSentinel {
  /** redis+sentinel://127.0.0.1:port/name */
  readonly url: string;
  readonly master: TestRedis;
  readonly replica: TestRedis;
  close(): Promise<void>;
}

/** Starts them on free ports of the loopback; resolves when the sentinel knows the master and its replica. */
export async function startRedisSentinel(): Promise<TestRedisSentinel> {
  const master = await startRedis();
  const replica = await startRedis({ arguments: ["--replicaof", "127.0.0.1", String(master.port)] });
  const sentinel = await startSentinel(master.port);
  const client = new Redis(sentinel.port, "127.0.0.1");
  try {
    await waitUntil(async () => {
      const replicas = await client.call("sentinel", "replicas", MASTER_NAME);
      const linked = JSON.stringify(replicas).includes('"master-link-status","ok"');
      return linked;
    }, "the sentinel knows the master's replica");
  } finally {
    client.disconnect();
  }
  return {
    url: `redis+sentinel://127.0.0.1:${sentinel.port}/${MASTER_NAME}`,
    master,
    replica,
    close: async () => {
      await Promise.all([sentinel.close(), replica.close(), master.close()]);
    },
  };
}

async function startSentinel(masterPort: number): Promise<RedisProcess> {
  return startRedisProcess({
    configure: async (folder) => {
      const file = join(folder, "sentinel.conf");
      await writeFile(
        file,
        [
          `sentinel monitor ${MASTER_NAME} 127.0.0.1 ${masterPort} 1`,
          `sentinel down-after-milliseconds ${MASTER_NAME} ${GONE_MS}`,
          `sentinel failover-timeout ${MASTER_NAME} 5000`,
          "",
        ].join("\n"),
      );
      return [file, "--sentinel"];
    },
  });
}
