import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import process from "node:process";
import { parentPort, workerData } from "node:worker_threads";
import { gzipSync } from "node:zlib";

import { linkModule } from "./link-modules.ts";

/** A file that becomes an asset. */
export interface AssetSource {
  /** Its place among the assets. */
  asset: string;
  file: string;
  /** Large, and given as it is: only its compressed form is kept. */
  isLarge?: boolean;
}

export interface PreparedAsset {
  asset: string;
  /** Absent of a large one: it is read from the file. */
  body?: Uint8Array;
  gzip: Uint8Array;
  /** Tells its bytes from others. */
  tag: string;
}

const TAG_LENGTH = 16;

/** Runs in a thread of its own: types are taken off by something large that need not stay in the gateway. */
function prepare({ asset, file, isLarge = false }: AssetSource): PreparedAsset {
  const body = isLarge ? readFileSync(file) : Buffer.from(toBrowser(asset, readFileSync(file, "utf8")));
  const tag = createHash("sha256").update(body).digest("base64url").slice(0, TAG_LENGTH);
  return { asset, gzip: gzipSync(body), tag, ...(isLarge ? {} : { body }) };
}

function toBrowser(asset: string, text: string): string {
  if (asset.endsWith(".ts")) return linkModule(stripTypeScriptTypes(text), asset);
  return asset.endsWith(".mjs") ? linkModule(text, asset) : text;
}

// Node marks it as experimental; what is served is held by tests.
process.emitWarning = () => {};
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
parentPort?.postMessage((workerData as AssetSource[]).map(prepare));
