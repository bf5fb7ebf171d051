import { GatewayError } from "@switchyard/wire";

import type { IncomingMessages, UpstreamCall } from "../families/family.ts";
import type { Shell } from "./shell.ts";

export interface OutgoingHeaders {
  headers: Record<string, string>;
  /** The part of them that is secret. */
  credential: Readonly<Record<string, string>>;
}

/** Configured headers last, but never over the credential: it goes to this host alone. */
export async function completeHeaders(
  { provider, settings }: Shell,
  { context }: IncomingMessages,
  call: UpstreamCall,
): Promise<OutgoingHeaders> {
  if (!isWithin(call.url, settings.baseUrl)) {
    throw new GatewayError("api_error", `${provider.name} would leave its configured host.`, { failure: "network" });
  }
  const credential = await provider.authorize(context);
  const headers = { ...call.headers, "content-type": "application/json", ...lowerCased(settings.customHeaders) };
  return { headers: { ...headers, ...credential }, credential };
}

/** A credential stays with its host; over TLS a sister host of the same domain counts (regional endpoints). */
function isWithin(url: string, baseUrl: string): boolean {
  // What follows a slash is no longer the host's.
  if (url.startsWith(baseUrl.endsWith("/") ? baseUrl : `${baseUrl}/`)) return true;
  const { origin, protocol, hostname } = new URL(url);
  const base = new URL(baseUrl);
  if (origin === base.origin) return true;
  const domain = base.hostname.split(".").slice(-2).join(".");
  return protocol === "https:" && base.protocol === "https:" && domain.includes(".") && hostname.endsWith(`.${domain}`);
}

function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  const lower: Record<string, string> = {};
  for (const name of Object.keys(headers)) lower[name.toLowerCase()] = headers[name] ?? "";
  return lower;
}

/** Short values are no secrets, and would be found everywhere. */
const SHORTEST_SECRET = 8;

/** Some upstreams repeat the key that they refuse: it goes no further. */
export function hideCredential(text: string, credential: Readonly<Record<string, string>>): string {
  let hidden = text;
  for (const value of Object.values(credential)) {
    const secret = value.replace(/^(bearer|basic)\s+/i, "");
    if (secret.length >= SHORTEST_SECRET) hidden = hidden.replaceAll(secret, "***");
  }
  return hidden;
}
