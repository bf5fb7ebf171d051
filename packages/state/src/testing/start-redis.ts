import { type RedisProcess, type RedisProcessOptions, startRedisProcess } from "./redis-process.ts";

/** A standalone Redis for tests. */
export interface TestRedis extends RedisProcess {
  /** redis://127.0.0.1:port */
  readonly url: string;
}

/** Starts a standalone redis-server on a free port of the loopback, empty, without persistence. */
export async function startRedis(options: RedisProcessOptions = {}): Promise<TestRedis> {
  const server = await startRedisProcess(options);
  return { ...server, url: `redis://127.0.0.1:${server.port}` };
}
