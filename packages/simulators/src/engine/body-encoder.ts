import { constants, createBrotliCompress, createGzip, createZstdCompress } from "node:zlib";
import type { Transform } from "node:stream";

type Compression = "gzip" | "br" | "zstd";

/** Turns the parts of a body into the parts that travel: each can be decoded as soon as it arrived. */
export interface BodyEncoder {
  encode(part: Buffer): Promise<Buffer>;
  finish(): Promise<Buffer>;
}

export function createBodyEncoder(compression: Compression): BodyEncoder {
  const stream = createCompressor(compression);
  const ready: Buffer[] = [];
  stream.on("data", (chunk: Buffer) => ready.push(chunk));
  return {
    async encode(part) {
      await new Promise<void>((resolve, reject) => {
        stream.once("error", reject);
        stream.write(part, (error) => (error === null || error === undefined ? resolve() : reject(error)));
      });
      await flush(stream);
      return Buffer.concat(ready.splice(0));
    },
    async finish() {
      await new Promise<void>((resolve, reject) => {
        stream.once("end", resolve);
        stream.once("error", reject);
        stream.end();
      });
      return Buffer.concat(ready.splice(0));
    },
  };
}

type Flushable = Transform & { flush(callback: () => void): void };

function createCompressor(compression: Compression): Flushable {
  if (compression === "gzip") return createGzip({ flush: constants.Z_SYNC_FLUSH });
  if (compression === "zstd") return createZstdCompress({ flush: constants.ZSTD_e_flush });
  return createBrotliCompress({
    flush: constants.BROTLI_OPERATION_FLUSH,
    params: { [constants.BROTLI_PARAM_QUALITY]: 4 },
  });
}

function flush(stream: Flushable): Promise<void> {
  return new Promise((resolve) => stream.flush(() => resolve()));
}
