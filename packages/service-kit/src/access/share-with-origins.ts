import { HEADERS } from "@switchyard/wire";
import cors from "cors";
import type { NextFunction, Request, Response } from "express";

/** What a page may read of an answer beside its body. */
const EXPOSED = [
  HEADERS.requestId,
  HEADERS.provider,
  HEADERS.model,
  HEADERS.attempts,
  HEADERS.overheadMs,
  HEADERS.simulated,
  HEADERS.warning,
  "retry-after",
];

/** A browser asks again after so many seconds whether a page may call. */
const PREFLIGHT_SECONDS = 600;

/**
 * Answers the preflight of pages whose origin is allowed, and lets them read their answers. Other origins get no such
 * headers. Cookies are never shared: a key has to come in a header.
 */
export function shareWithOrigins(isAllowed: (origin: string) => boolean) {
  const share = cors({
    origin: (origin, answer) => answer(null, origin !== undefined && isAllowed(origin)),
    methods: ["GET", "HEAD", "POST", "PUT", "DELETE"],
    exposedHeaders: EXPOSED,
    maxAge: PREFLIGHT_SECONDS,
  });
  return function shareWithOrigin(request: Request, response: Response, next: NextFunction): void {
    // Claude Code and the SDKs on Node have no origin: nothing is spent on them.
    if (request.headers.origin === undefined) next();
    else share(request, response, next);
  };
}
