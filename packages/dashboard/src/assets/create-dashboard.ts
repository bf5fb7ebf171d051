import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import type { Readable } from "node:stream";
import { Worker } from "node:worker_threads";
import { gzipSync } from "node:zlib";

import { listAssets } from "./list-assets.ts";
import type { AssetSource, PreparedAsset } from "./prepare-assets.ts";
import { renderShell } from "./render-shell.ts";

/** Something that browsers are given. */
export interface Asset {
  /** Content-Type. */
  type: string;
  /** Quoted, as the header has it. */
  etag: string;
  /** The bytes, as they are or compressed by gzip. */
  read(encoding: "identity" | "gzip"): Buffer | Readable;
}

export interface Dashboard {
  /** Changes with any byte of any asset, so that browsers may keep what they have. */
  readonly version: string;
  /** The page, without data. */
  readonly shell: Asset;
  /** By the place among the assets ("page/main.ts"); undefined: there is none. */
  find(asset: string): Asset | undefined;
}

const TYPES: Readonly<Record<string, string>> = {
  ts: "text/javascript; charset=utf-8",
  mjs: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  svg: "image/svg+xml",
};

/** Reads everything that the page consists of, and takes the types off its modules. @throws Error where a file is not whole */
export async function createDashboard(): Promise<Dashboard> {
  const sources = listAssets();
  const prepared = await prepareAll(sources);
  const files = new Map(sources.map(({ asset, file }) => [asset, file]));
  const assets = new Map(prepared.map((one) => [one.asset, toAsset(one, files.get(one.asset) ?? "")]));
  const version = digest(prepared.map(({ asset, tag }) => `${asset} ${tag}`).join("\n"));
  // What is large is loaded by whatever needs it.
  const modules = prepared.filter(({ asset, body }) => /\.(ts|mjs)$/.test(asset) && body !== undefined);
  const shell = Buffer.from(renderShell({ version, modules: modules.map(({ asset }) => asset) }));
  const packed = gzipSync(shell);
  return {
    version,
    shell: {
      type: "text/html; charset=utf-8",
      etag: `"${digest(shell)}"`,
      read: (encoding) => (encoding === "gzip" ? packed : shell),
    },
    find: (asset) => assets.get(asset),
  };
}

function prepareAll(sources: readonly AssetSource[]): Promise<PreparedAsset[]> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./prepare-assets.ts", import.meta.url), { workerData: sources });
    worker.once("message", resolve);
    worker.once("error", reject);
    worker.once("exit", (code) => reject(new Error(`The dashboard's files could not be prepared (exit ${code})`)));
  });
}

function toAsset({ asset, body, gzip, tag }: PreparedAsset, file: string): Asset {
  const whole = body === undefined ? undefined : Buffer.from(body);
  const packed = Buffer.from(gzip);
  return {
    type: typeOf(asset),
    etag: `"${tag}"`,
    read: (encoding) => (encoding === "gzip" ? packed : (whole ?? createReadStream(file))),
  };
}

function typeOf(asset: string): string {
  return TYPES[asset.slice(asset.lastIndexOf(".") + 1)] ?? "application/octet-stream";
}

function digest(content: string | Buffer): string {
  return createHash("sha256").update(content).digest("base64url").slice(0, 16);
}
