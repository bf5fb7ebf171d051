import type { IncomingHttpHeaders } from "node:http";

import { HEADERS, HOP_BY_HOP_HEADERS, SWITCHYARD_HEADER_PREFIX } from "@switchyard/wire";

/** Belong to one connection or to one encoding of the body; the client for the next hop sets its own. */
const OWN_TO_THIS_HOP = new Set([
  "host",
  "content-length",
  "content-encoding",
  "accept-encoding",
  "cookie",
  "origin",
  "referer",
]);

/** What a client proves itself with. */
const CREDENTIALS = new Set(["authorization", "x-api-key"]);

export interface ForwardOptions {
  /** True only for a provider that is configured to be used with the client's own credential. */
  passCredentials: boolean;
  /** Values that open this gateway; they never leave it, whatever header they came in. */
  ownKeys: readonly string[];
}

/** The client's headers that go on to a provider service: an open list, less what must not travel. */
export function forwardHeaders(headers: IncomingHttpHeaders, options: ForwardOptions): Record<string, string> {
  const named = namedByConnection(headers.connection);
  const forwarded: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || HOP_BY_HOP_HEADERS.has(name) || OWN_TO_THIS_HOP.has(name)) continue;
    if (name.startsWith(SWITCHYARD_HEADER_PREFIX) || name === HEADERS.requestId || named?.has(name) === true) continue;
    const text = Array.isArray(value) ? value.join(", ") : value;
    if (CREDENTIALS.has(name) && !mayPass(text, options)) continue;
    forwarded[name] = text;
  }
  return forwarded;
}

/** "Connection: close, x-mine" makes x-mine a matter of this hop (RFC 9110, 7.6.1). */
function namedByConnection(connection: string | undefined): Set<string> | undefined {
  if (connection === undefined || connection === "keep-alive" || connection === "close") return undefined;
  return new Set(connection.split(",").map((name) => name.trim().toLowerCase()));
}

function mayPass(credential: string, { passCredentials, ownKeys }: ForwardOptions): boolean {
  if (!passCredentials) return false;
  const value = credential.replace(/^bearer\s+/i, "");
  return !ownKeys.includes(value);
}

/** Headers of an upstream's answer that are meant for the client. */
export function answerHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  const passed: Record<string, string> = {};
  for (const name of Object.keys(headers)) {
    const isMeant = name.startsWith("anthropic-") || name === "retry-after" || name === "x-should-retry";
    const value = headers[name];
    if (isMeant && value !== undefined) passed[name] = value;
  }
  return passed;
}
