import http from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

export interface LoadOptions {
  /** Where requests are posted. */
  url: string;
  body: Buffer;
  headers: Readonly<Record<string, string>>;
  clients: number;
  requests: number;
  /**
   * ms that each client thinks between two requests, in the mean; default none. How long it is each time differs, and
   * they begin one after the other: clients in step would send eight at once, and measure their own queue.
   */
  thinkMs?: number;
}

export interface LoadSample {
  totalMs: number;
  firstByteMs: number;
  /** ms between chunks of the body. */
  gaps: number[];
  /** Moments of its chunks, ms on this process's clock. */
  moments: number[];
  bytes: number;
  /** What the gateway says it added, where it says so. */
  overheadMs: number | undefined;
}

/** A closed loop: each client sends its next request when the last one is answered. Rejects on any answer that is not 200. */
export async function runLoad(options: LoadOptions): Promise<{ samples: LoadSample[]; seconds: number }> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: options.clients });
  const samples: LoadSample[] = [];
  let left = options.requests;
  const started = performance.now();
  const client = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      if (options.thinkMs !== undefined) await sleep(options.thinkMs * 2 * Math.random());
      samples.push(await sendOne(options, agent));
    }
  };
  await Promise.all(Array.from({ length: options.clients }, client));
  const seconds = (performance.now() - started) / 1000;
  agent.destroy();
  return { samples, seconds };
}

function sendOne(options: LoadOptions, agent: http.Agent): Promise<LoadSample> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const request = http.request(
      options.url,
      {
        agent,
        method: "POST",
        headers: { ...options.headers, "content-type": "application/json", "content-length": options.body.length },
      },
      (answer) => {
        let firstByteMs = 0;
        let bytes = 0;
        const gaps: number[] = [];
        const moments: number[] = [];
        const failed: Buffer[] = [];
        answer.on("data", (chunk: Buffer) => {
          const now = performance.now();
          if (bytes === 0) firstByteMs = now - started;
          else gaps.push(now - (moments.at(-1) ?? now));
          moments.push(now);
          bytes += chunk.length;
          if (answer.statusCode !== 200) failed.push(chunk);
        });
        answer.on("error", reject);
        answer.on("end", () => {
          if (answer.statusCode !== 200) {
            reject(
              new Error(
                `${options.url} answered ${answer.statusCode}: ${Buffer.concat(failed).toString("utf8", 0, 500)}`,
              ),
            );
            return;
          }
          const overhead = answer.headers["x-switchyard-overhead-ms"];
          resolve({
            totalMs: performance.now() - started,
            firstByteMs,
            gaps,
            moments,
            bytes,
            overheadMs: typeof overhead === "string" ? Number(overhead) : undefined,
          });
        });
      },
    );
    request.on("error", reject);
    request.end(options.body);
  });
}
