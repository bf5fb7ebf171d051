import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

import { readBody, scopeOf } from "@switchyard/service-kit";
import { GatewayError, HEADERS } from "@switchyard/wire";
import type { Express, Request, Response } from "express";

import type { GatewayContext } from "../gateway-context.ts";

/** What the cost worker answers, by the gateway's address: people need to know one only. */
export const COST_ROUTES = [
  "GET /api/stats",
  "GET /api/providers",
  "GET /api/costs",
  "GET /api/costs/hourly",
  "GET /api/alerts",
  "GET /api/report",
  "GET /api/keys",
  "POST /api/keys",
  "DELETE /api/keys/:id",
  "PUT /api/projects",
] as const;

const MAX_BYTES = 65_536;
/** A report over years takes its time. */
const ANSWER_MS = 30_000;
const PASSED_HEADERS = ["content-type", "content-length", "content-disposition", "link", "retry-after"];

export function addCostRoutes(app: Express, context: GatewayContext): void {
  const handle = createCostProxy(context);
  for (const route of COST_ROUTES) {
    const [method = "", path = ""] = route.split(" ");
    app[method.toLowerCase() as "get" | "post" | "put" | "delete"](path, handle);
  }
}

/** Hands a request on to the worker and its answer back. Whoever comes here has shown the admin token already. */
function createCostProxy({ settings, http }: Pick<GatewayContext, "settings" | "http">) {
  return async function proxy(request: Request, response: Response): Promise<void> {
    const { costs, innerToken } = settings.current();
    const body = await readBody(request, { limitBytes: MAX_BYTES });
    const answer = await http.axios
      .request<Readable>({
        method: request.method,
        url: costs.workerUrl + request.url,
        ...(body.length === 0 ? {} : { data: body }),
        headers: {
          "content-type": "application/json",
          [HEADERS.innerRequestId]: scopeOf(response).requestId,
          ...(innerToken === undefined ? {} : { [HEADERS.innerToken]: innerToken.reveal() }),
        },
        responseType: "stream",
        timeout: ANSWER_MS,
        validateStatus: () => true,
      })
      .catch((error: unknown) => {
        throw workerAway(costs.workerUrl, error);
      });
    for (const name of PASSED_HEADERS) {
      const value: unknown = answer.headers[name];
      if (typeof value === "string") response.setHeader(name, value);
    }
    response.status(answer.status);
    // A client that leaves ends it; nobody is left to tell.
    await pipeline(answer.data, response).catch(() => response.destroy());
  };
}

function workerAway(url: string, cause: unknown): GatewayError {
  return new GatewayError(
    "api_error",
    `The cost worker does not answer at ${url}. What is used meanwhile is kept and arrives there later. Start it, or set COST_WORKER_URL.`,
    { status: 503, cause },
  );
}
