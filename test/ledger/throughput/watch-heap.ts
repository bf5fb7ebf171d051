import { once } from "node:events";

/** Looks into another Node process that was started with --inspect. */
export interface HeapWatch {
  /** Bytes that are in use after everything else was collected. */
  collect(): Promise<number>;
  close(): void;
}

const LISTENING = /Debugger listening on (ws:\/\/\S+)/;

/** `log`: what the process wrote. Throws an Error where it does not say that it can be looked into. */
export async function watchHeap(log: readonly string[]): Promise<HeapWatch> {
  const url = log.map((line) => LISTENING.exec(line)?.[1]).find((found) => found !== undefined);
  if (url === undefined) throw new Error("the process was not started with --inspect");
  const socket = new WebSocket(url);
  const waiting = new Map<number, (result: Record<string, unknown>) => void>();
  socket.addEventListener("message", ({ data }) => {
    const { id, result } = JSON.parse(String(data)) as { id?: number; result?: Record<string, unknown> };
    if (id === undefined) return;
    waiting.get(id)?.(result ?? {});
    waiting.delete(id);
  });
  await once(socket, "open");
  let last = 0;
  const call = (method: string): Promise<Record<string, unknown>> => {
    last += 1;
    const id = last;
    return new Promise((resolve) => {
      waiting.set(id, resolve);
      socket.send(JSON.stringify({ id, method }));
    });
  };
  return {
    async collect() {
      await call("HeapProfiler.collectGarbage");
      return Number((await call("Runtime.getHeapUsage"))["usedSize"]);
    },
    close: () => socket.close(),
  };
}
