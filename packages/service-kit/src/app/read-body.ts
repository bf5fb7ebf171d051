import type { IncomingMessage } from "node:http";
import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate, zstdDecompress } from "node:zlib";

import { GatewayError } from "@switchyard/wire";

import { networkErrorCode } from "../http-client/map-network-error.ts";

export interface ReadBodyOptions {
  /** Also after decompression. */
  limitBytes: number;
}

/** Beyond this many times the limit a sender who does not stop is cut off. */
const DISCARD_FACTOR = 4;

const DECODERS = {
  gzip: promisify(gunzip),
  "x-gzip": promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
  zstd: promisify(zstdDecompress),
};

/**
 * The whole body of a request.
 *
 * @throws GatewayError request_too_large over the limit, invalid_request_error when the upload was cut off
 *   or its encoding cannot be undone
 */
export async function readBody(request: IncomingMessage, options: ReadBodyOptions): Promise<Buffer> {
  return joinChunks(await readBodyChunks(request, options));
}

/** The same as the pieces in which it came: to be passed on, a body need not lie in one place. */
export async function readBodyChunks(request: IncomingMessage, { limitBytes }: ReadBodyOptions): Promise<Buffer[]> {
  const announced = Number(request.headers["content-length"] ?? 0);
  if (announced > limitBytes) {
    discardRest(request, limitBytes * DISCARD_FACTOR);
    throw tooLarge(limitBytes);
  }
  const chunks = await collect(request, limitBytes);
  const encoding = request.headers["content-encoding"]?.trim().toLowerCase();
  if (encoding === undefined || encoding === "" || encoding === "identity") return chunks;
  const decoded = await decode(joinChunks(chunks), encoding, limitBytes);
  delete request.headers["content-encoding"];
  request.headers["content-length"] = String(decoded.length);
  return [decoded];
}

export function joinChunks(chunks: readonly Buffer[]): Buffer {
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
}

function collect(request: IncomingMessage, limitBytes: number): Promise<Buffer[]> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const onData = (chunk: Buffer) => {
      length += chunk.length;
      if (length <= limitBytes) {
        chunks.push(chunk);
        return;
      }
      leave();
      discardRest(request, limitBytes * DISCARD_FACTOR);
      reject(tooLarge(limitBytes));
    };
    const onEnd = () => {
      leave();
      resolve(chunks);
    };
    const onCut = (error?: Error) => {
      leave();
      reject(
        new GatewayError("invalid_request_error", "The request's body ended before it was complete.", { cause: error }),
      );
    };
    const onClose = () => onCut();
    const leave = () => {
      request.off("data", onData).off("end", onEnd).off("close", onClose);
      // A later error of the connection is of no interest here, and must not be thrown.
      request.off("error", onCut).on("error", ignore);
    };
    if (request.destroyed) {
      onCut();
      return;
    }
    request.on("data", onData).on("end", onEnd).on("error", onCut).on("close", onClose);
  });
}

/** Of the module, not of a request: a function made beside the pieces would keep them as long as the request lives. */
function ignore(): void {}

/** Reads on without keeping anything, so that a client that is still sending gets to read the answer. */
function discardRest(request: IncomingMessage, mostBytes: number): void {
  let discarded = 0;
  request.on("error", () => {});
  request.on("data", (chunk: Buffer) => {
    discarded += chunk.length;
    if (discarded > mostBytes) request.destroy();
  });
}

async function decode(body: Buffer, encoding: string, limitBytes: number): Promise<Buffer> {
  if (!Object.hasOwn(DECODERS, encoding)) {
    throw new GatewayError("invalid_request_error", `Content encoding ${JSON.stringify(encoding)} is not supported.`, {
      status: 415,
    });
  }
  try {
    return await DECODERS[encoding as keyof typeof DECODERS](body, { maxOutputLength: limitBytes });
  } catch (error) {
    if (networkErrorCode(error) === "ERR_BUFFER_TOO_LARGE") throw tooLarge(limitBytes);
    throw new GatewayError("invalid_request_error", `The request's body is not valid ${encoding}.`, { cause: error });
  }
}

/** The wording of the Messages API; clients know it by its status and type. */
function tooLarge(limitBytes: number): GatewayError {
  return new GatewayError("request_too_large", "Request exceeds the maximum size", {
    details: { maximum_bytes: limitBytes },
  });
}
