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
}

export interface PreparedAsset {
  asset: string;
  body: Uint8Array;
  gzip: Uint8Array;
}

/** Runs in a thread of its own: types are taken off by something large that need not stay in the gateway. */
function prepare({ asset, file }: AssetSource): PreparedAsset {
  const text = readFileSync(file, "utf8");
  const isModule = /\.(ts|mjs)$/.test(asset);
  const plain = asset.endsWith(".ts") ? stripTypeScriptTypes(text) : text;
  const body = Buffer.from(isModule ? linkModule(plain, asset) : plain);
  return { asset, body, gzip: gzipSync(body) };
}

// Node marks it as experimental; what is served is held by tests.
process.emitWarning = () => {};
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
parentPort?.postMessage((workerData as AssetSource[]).map(prepare));
