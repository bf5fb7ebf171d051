import { once } from "node:events";
import { createServer, type Server } from "node:net";

/** Below the ports that systems hand out by themselves: neither a server on port 0 nor a connection takes one of these. */
const FIRST = 20_000;
/** Each worker of jest picks among its own, so that none takes what another has found free and not bound yet. */
const OF_A_WORKER = 780;
const WORKERS = 16;

/** A port of the loopback that nobody listens on now, nor will by chance. */
export async function freePort(): Promise<number> {
  const [port = 0] = await freePorts(1);
  return port;
}

/** So many of them; held together, so that none comes twice. */
export async function freePorts(count: number): Promise<number[]> {
  const first = FIRST + (Number(process.env["JEST_WORKER_ID"] ?? 0) % WORKERS) * OF_A_WORKER;
  const held = new Map<number, Server>();
  try {
    for (let tries = 0; held.size < count; tries += 1) {
      if (tries > 10 * OF_A_WORKER) throw new Error(`no ${count} free ports from ${first} on`);
      const port = first + Math.floor(Math.random() * OF_A_WORKER);
      if (held.has(port)) continue;
      // oxlint-disable-next-line no-await-in-loop -- one by one, until there are enough
      const server = await hold(port);
      if (server !== undefined) held.set(port, server);
    }
  } finally {
    await Promise.all([...held.values()].map((server) => new Promise((resolve) => server.close(resolve))));
  }
  return [...held.keys()];
}

async function hold(port: number): Promise<Server | undefined> {
  const server = createServer().listen({ port, host: "127.0.0.1", exclusive: true });
  return once(server, "listening").then(
    () => server,
    () => undefined,
  );
}
