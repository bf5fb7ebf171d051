import type { IncomingMessage } from "node:http";
import { type Readable, type Transform, pipeline } from "node:stream";
import { constants, createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from "node:zlib";

/**
 * The answer's body in plain bytes. Identity is asked for, but some upstreams and the boxes before them
 * compress anyway. What is decoded is passed on at once, so that events of a stream are not held back.
 */
export function decodeAnswer(response: IncomingMessage): Readable {
  const decoder = createDecoder(response.headers["content-encoding"]);
  if (decoder === undefined) return response;
  delete response.headers["content-encoding"];
  delete response.headers["content-length"];
  // Destroying the decoder destroys the response and its socket; errors of either end in the decoder.
  pipeline(response, decoder, () => {});
  return decoder;
}

function createDecoder(encoding: string | undefined): Transform | undefined {
  switch (encoding?.trim().toLowerCase()) {
    case "gzip":
    case "x-gzip":
      return createGunzip({ flush: constants.Z_SYNC_FLUSH });
    case "deflate":
      return createInflate({ flush: constants.Z_SYNC_FLUSH });
    case "br":
      return createBrotliDecompress({ flush: constants.BROTLI_OPERATION_FLUSH });
    case "zstd":
      return createZstdDecompress({ flush: constants.ZSTD_e_flush });
    default:
      return undefined;
  }
}
