import { Redis } from "ioredis";
import { freePort } from "./free-ports.ts";
import { type RedisProcess, startRedisProcess } from "./redis-process.ts";
import { waitUntil } from "./wait-until.ts";

const SLOTS = 16_384;
/** Redis offers its cluster bus on port + 10,000 by default, which may be taken or beyond 65,535. */
const NODES = 3;

/** Three masters that share the slots. */
export interface TestRedisCluster {
  /** redis+cluster://127.0.0.1:port,… */
  readonly url: string;
  readonly nodes: readonly RedisProcess[];
  close(): Promise<void>;
}

/** Starts three masters on free ports of the loopback and joins them; resolves when each says that the cluster is up. */
export async function startRedisCluster(): Promise<TestRedisCluster> {
  const nodes = await Promise.all(Array.from({ length: NODES }, startNode));
  const clients = nodes.map((node) => new Redis(node.port, "127.0.0.1"));
  try {
    await join(nodes, clients);
  } finally {
    for (const client of clients) client.disconnect();
  }
  return {
    url: `redis+cluster://${nodes.map((node) => `127.0.0.1:${node.port}`).join(",")}`,
    nodes,
    close: async () => {
      await Promise.all(nodes.map((node) => node.close()));
    },
  };
}

async function startNode(): Promise<RedisProcess & { bus: number }> {
  const bus = await freePort();
  const node = await startRedisProcess({
    arguments: ["--cluster-enabled", "yes", "--cluster-port", String(bus), "--cluster-node-timeout", "2000"],
  });
  return { ...node, bus };
}

async function join(nodes: readonly (RedisProcess & { bus: number })[], clients: readonly Redis[]): Promise<void> {
  const share = Math.ceil(SLOTS / clients.length);
  await Promise.all(
    clients.map((client, index) =>
      client.call("cluster", "addslotsrange", String(index * share), String(Math.min(SLOTS, (index + 1) * share) - 1)),
    ),
  );
  const [first] = clients;
  for (const node of nodes.slice(1)) {
    await first?.call("cluster", "meet", "127.0.0.1", String(node.port), String(node.bus));
  }
  await waitUntil(async () => {
    const infos = await Promise.all(clients.map(async (client) => String(await client.call("cluster", "info"))));
    return infos.every(
      (info) => info.includes("cluster_state:ok") && info.includes(`cluster_known_nodes:${clients.length}`),
    );
  }, "the cluster's nodes know each other");
}
