import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";

/** A TCP proxy that can be made slow. */
export interface DelayingProxy {
  readonly port: number;
  /** ms that every piece of data waits from now on, each way; order is kept. */
  delayMs: number;
  close(): Promise<void>;
}

/** Stands before a server of the loopback. */
export async function startDelayingProxy(targetPort: number): Promise<DelayingProxy> {
  const sockets = new Set<Socket>();
  const proxy = { delayMs: 0 };
  const server = createServer((client) => {
    const target = connect(targetPort, "127.0.0.1");
    for (const [from, to] of [
      [client, target],
      [target, client],
    ] as const) {
      sockets.add(from);
      from.setNoDelay(true);
      from.on("data", (data) => later(proxy.delayMs, () => to.write(data)));
      from.on("error", () => to.destroy());
      from.on("close", () => {
        sockets.delete(from);
        later(proxy.delayMs, () => to.destroy());
      });
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return Object.assign(proxy, {
    port,
    close: () =>
      new Promise<void>((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  });
}

function later(milliseconds: number, act: () => void): void {
  if (milliseconds <= 0) act();
  else setTimeout(act, milliseconds);
}
