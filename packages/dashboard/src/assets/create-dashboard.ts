import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import type { Readable } from "node:stream";
import { Worker } from "node:worker_threads";
import { createGzip, gzipSync } from "node:zlib";

import { chartLibrary, listAssets } from "./list-assets.ts";
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

const TAG_LENGTH = 16;

/** Reads everything that the page consists of, and takes the types off its modules. @throws Error where a file is not whole */
export async function createDashboard(): Promise<Dashboard> {
  const charts = chartLibrary();
  const [prepared, chartsTag] = await Promise.all([prepareAll(listAssets()), tagOfFile(charts.file)]);
  const assets = new Map<string, Asset>(prepared.map((one) => [one.asset, fromMemory(one)]));
  assets.set(charts.asset, fromFile(charts, chartsTag));
  const version = digest([...assets].map(([name, { etag }]) => name + etag).join("\n"));
  const modules = [...assets.keys()].filter((name) => /\.(ts|mjs)$/.test(name) && name !== charts.asset);
  const shell = Buffer.from(renderShell({ version, modules }));
  return {
    version,
    shell: fromMemory({ asset: "shell", body: shell, gzip: gzipSync(shell) }, "text/html; charset=utf-8"),
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

function fromMemory({ asset, body, gzip }: PreparedAsset, type = typeOf(asset)): Asset {
  const whole = Buffer.from(body);
  const compressed = Buffer.from(gzip);
  return { type, etag: `"${digest(whole)}"`, read: (encoding) => (encoding === "gzip" ? compressed : whole) };
}

function fromFile({ asset, file }: AssetSource, etag: string): Asset {
  return {
    type: typeOf(asset),
    etag,
    read(encoding) {
      const bytes = createReadStream(file);
      if (encoding === "identity") return bytes;
      const gzip = createGzip();
      bytes.once("error", (error) => gzip.destroy(error));
      gzip.once("close", () => bytes.destroy());
      return bytes.pipe(gzip);
    },
  };
}

async function tagOfFile(file: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return `"${hash.digest("base64url").slice(0, TAG_LENGTH)}"`;
}

function typeOf(asset: string): string {
  return TYPES[asset.slice(asset.lastIndexOf(".") + 1)] ?? "application/octet-stream";
}

function digest(content: string | Buffer): string {
  return createHash("sha256").update(content).digest("base64url").slice(0, TAG_LENGTH);
}
