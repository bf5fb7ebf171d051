import type { IncomingHttpHeaders } from "node:http";

import { HOP_BY_HOP_HEADERS, SWITCHYARD_HEADER_PREFIX } from "@switchyard/wire";

/** What belongs to this hop, to the client's machine, or to nobody but the client. */
const NEVER_FORWARDED: ReadonlySet<string> = new Set([
  ...HOP_BY_HOP_HEADERS,
  "host",
  "content-length",
  "content-type",
  "content-encoding",
  "accept-encoding",
  "authorization",
  "x-api-key",
  "api-key",
  "cookie",
  "set-cookie",
  "origin",
  "referer",
  "forwarded",
  "via",
  "request-id",
]);

const NEVER_FORWARDED_PREFIX = /^(x-forwarded-|x-real-ip|x-switchyard-|sec-|cf-|proxy-|access-control-)/;

/** The client's headers that may go on to an upstream. Headers are an open list: what is unknown passes. */
export function pickClientHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const dropped = namedByConnection(headers);
  const picked: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || NEVER_FORWARDED.has(name) || NEVER_FORWARDED_PREFIX.test(name)) continue;
    if (dropped?.has(name) === true) continue;
    picked[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  return picked;
}

/** The client's own credential, for the one provider that passes it on. */
export function pickClientCredential(headers: IncomingHttpHeaders): Record<string, string> {
  const credential: Record<string, string> = {};
  for (const name of ["authorization", "x-api-key"]) {
    const value = headers[name];
    if (typeof value === "string" && value !== "") credential[name] = value;
  }
  return credential;
}

/** Fields that `Connection` names are for this hop only (RFC 9110, 7.6.1). */
function namedByConnection(headers: IncomingHttpHeaders): Set<string> | undefined {
  const { connection } = headers;
  if (connection === undefined || /^(keep-alive|close)$/i.test(connection)) return undefined;
  return new Set(connection.split(",").map((name) => name.trim().toLowerCase()));
}

/** Headers of an upstream's answer that a client can use: what is left of its limits and when to come back. */
const PASSED_BACK =
  /^(anthropic-(ratelimit|fast|organization)|x-ratelimit-|ratelimit|retry-after|x-ms-retry-after|x-should-retry$)/;

/** Limits and retry advice of an upstream's answer; never its cookies, request ids or server names. */
export function pickAnswerHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  const picked: Record<string, string> = {};
  for (const name of Object.keys(headers)) {
    const value = headers[name];
    if (value !== undefined && PASSED_BACK.test(name) && !name.startsWith(SWITCHYARD_HEADER_PREFIX))
      picked[name] = value;
  }
  return picked;
}

/** The id by which the upstream knows its answer, for the log. */
export function upstreamRequestId(headers: Readonly<Record<string, string>>): string | undefined {
  return headers["request-id"] ?? headers["x-request-id"] ?? headers["x-goog-request-id"] ?? headers["apim-request-id"];
}
