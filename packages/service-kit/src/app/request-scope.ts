import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";

import { HEADERS } from "@switchyard/wire";

import type { Caller } from "../access/create-access-guard.ts";

/** What every handler may want to know of the request at hand. */
export interface RequestScope {
  /** "req_…"; the gateway's own where it called. */
  readonly requestId: string;
  /** performance.now() when the head of the request had been read. */
  readonly receivedAt: number;
  readonly caller: Caller;
}

/** A request of which is known when it came, before anything was done with it. */
type Arrived = IncomingMessage & { arrivedAt?: number };

/** For the server, first of all: what is done until express has found its way is ours, too. */
export function noteArrival(request: Arrived): void {
  request.arrivedAt = performance.now();
}

/** In the clock of performance.now(); now, where nobody noted it. */
export function arrivalOf(request: Arrived): number {
  return request.arrivedAt ?? performance.now();
}

/** Express keeps what belongs to one request in `locals` of its response. */
export type ScopedResponse = ServerResponse & { locals: Record<string, unknown> };

const SCOPE = "switchyardScope";

export function setScope(response: ScopedResponse, scope: RequestScope): void {
  response.locals[SCOPE] = scope;
}

/** The scope of a request that came through `createApp`. */
export function scopeOf(response: ScopedResponse): RequestScope {
  const scope = response.locals[SCOPE];
  if (scope === undefined) throw new Error("This response has no scope: it did not come through createApp.");
  return scope as RequestScope;
}

export function newRequestId(): string {
  return `req_${randomUUID().replaceAll("-", "")}`;
}

/** The gateway's id counts only from one of us, and only in a form that is safe in logs and headers. */
export function requestIdOf(request: IncomingMessage, caller: Caller): string {
  const given = request.headers[HEADERS.innerRequestId];
  const usable = caller.kind === "inner" && typeof given === "string" && /^[\w-]{1,100}$/.test(given);
  return usable ? given : newRequestId();
}
