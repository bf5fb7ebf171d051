import { pipeline } from "node:stream/promises";

import type { Asset, Dashboard } from "@switchyard/dashboard";
import { GatewayError } from "@switchyard/wire";
import type { NextFunction, Request, Response } from "express";

/** Nothing from anywhere else, no script but the page's own files, in nobody's frame. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const PAGE_HEADERS = {
  "content-security-policy": POLICY,
  "x-frame-options": "DENY",
  "cross-origin-opener-policy": "same-origin",
} as const;

const COMMON_HEADERS = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
} as const;

/** A name of an asset that has its version in its path never means anything else. */
const FOR_EVER = "public, max-age=31536000, immutable";
const ASK_AGAIN = "no-cache";

export interface PageHandlers {
  /** GET /dashboard: the page without any data; what it shows it asks for, with the admin token. */
  showPage: (request: Request, response: Response) => Promise<void>;
  /** GET /dashboard/assets/<version>/<asset>. */
  showAsset: (request: Request<{ version: string; asset: string[] }>, response: Response) => Promise<void>;
}

/** Everything is loaded when somebody looks: a gateway that nobody looks at does without. */
export function createPageHandlers(): PageHandlers {
  let loading: Promise<Dashboard> | undefined;
  const load = (): Promise<Dashboard> => {
    loading ??= import("@switchyard/dashboard")
      .then(({ createDashboard }) => createDashboard())
      .catch((error: unknown) => {
        // Tried again at the next look.
        loading = undefined;
        throw error;
      });
    return loading;
  };
  return {
    async showPage(request, response) {
      const { shell } = await load();
      for (const [name, value] of Object.entries(PAGE_HEADERS)) response.setHeader(name, value);
      await send(shell, { request, response, caching: ASK_AGAIN });
    },
    async showAsset(request, response) {
      const { version, asset: parts } = request.params;
      const dashboard = await load();
      const name = parts.join("/");
      const asset = version === dashboard.version ? dashboard.find(name) : undefined;
      if (asset === undefined) throw new GatewayError("not_found_error", `The dashboard has no such file: ${name}`);
      await send(asset, { request, response, caching: FOR_EVER });
    },
  };
}

interface Sending {
  request: Pick<Request, "headers" | "method" | "acceptsEncodings">;
  response: Response;
  caching: string;
}

async function send(asset: Asset, { request, response, caching }: Sending): Promise<void> {
  for (const [name, value] of Object.entries(COMMON_HEADERS)) response.setHeader(name, value);
  response.setHeader("etag", asset.etag);
  response.setHeader("cache-control", caching);
  response.vary("accept-encoding");
  if (isKnown(request.headers["if-none-match"], asset.etag)) {
    response.status(304).end();
    return;
  }
  const encoding = request.acceptsEncodings("gzip", "identity") === "gzip" ? "gzip" : "identity";
  response.setHeader("content-type", asset.type);
  if (encoding === "gzip") response.setHeader("content-encoding", encoding);
  if (request.method === "HEAD") {
    response.end();
    return;
  }
  const content = asset.read(encoding);
  // A browser that leaves ends it; nobody is left to tell.
  if (Buffer.isBuffer(content)) response.setHeader("content-length", content.length).end(content);
  else await pipeline(content, response).catch(() => response.destroy());
}

function isKnown(header: string | undefined, etag: string): boolean {
  const known = (header ?? "").split(",").map((one) => one.trim().replace(/^W\//, ""));
  return known.includes(etag) || known.includes("*");
}

/** GET /health in a browser's window is a person's question. */
export function sendBrowsersOn(request: Request, response: Response, next: NextFunction): void {
  response.vary("accept");
  if (request.accepts(["json", "html"]) !== "html") {
    next();
    return;
  }
  response.setHeader("cache-control", "no-store");
  response.redirect(302, "/dashboard");
}
