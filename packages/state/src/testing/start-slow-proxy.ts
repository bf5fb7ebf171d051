import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

/** A way to a server on the loopback that can be made slow. */
export interface SlowProxy {
  readonly port: number;
  /** ms that every piece of an answer waits from now on. */
  delay(milliseconds: number): void;
  close(): Promise<void>;
}

/** Starts one on a free port of the loopback. */
export async function startSlowProxy(targetPort: number): Promise<SlowProxy> {
  const sockets = new Set<Socket>();
  let delayMs = 0;
  const server = createServer((near) => {
    const far = connect(targetPort, "127.0.0.1");
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      socket.on("error", () => other.destroy());
      socket.on("close", () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
    near.pipe(far);
    far.on("data", (piece) => {
      if (delayMs === 0) near.write(piece);
      else setTimeout(() => near.write(piece), delayMs);
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the loopback gave no port");
  return {
    port: address.port,
    delay(milliseconds) {
      delayMs = milliseconds;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
