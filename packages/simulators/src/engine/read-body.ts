import type { IncomingMessage } from "node:http";

/** The whole body, or "too-large" once more than `limit` bytes came; the rest is then read and dropped. */
export function readBody(incoming: IncomingMessage, limit: number): Promise<Buffer | "too-large"> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    incoming.on("data", (chunk: Buffer) => {
      length += chunk.length;
      if (length > limit) {
        chunks.length = 0;
        resolve("too-large");
      } else chunks.push(chunk);
    });
    incoming.once("end", () => {
      const [only] = chunks;
      resolve(only !== undefined && chunks.length === 1 ? only : Buffer.concat(chunks));
    });
    incoming.once("error", reject);
    incoming.once("close", () => reject(new Error("the client left while sending")));
  });
}
