import type { Parsed } from "./parse-values.ts";

/** RFC 9110, 5.6.2. */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** Visible ASCII, blanks and tabs: what every server takes and Node's http writes without complaint. */
const VALUE = /^[\t\x20-\x7e]*$/;

/** Headers that belong to a connection or to the message itself. */
const FORBIDDEN = new Set([
  "accept-encoding",
  "connection",
  "content-length",
  "content-type",
  "expect",
  "host",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** Headers by which someone shows who he is: they go to one provider only. */
const CREDENTIAL = new Set(["authorization", "x-api-key", "api-key", "x-goog-api-key", "cookie", "x-auth-token"]);

export function isCredentialHeader(name: string): boolean {
  return CREDENTIAL.has(name.toLowerCase());
}

/** A header that may be added to requests; the name comes back as it was written. */
export function parseHeader(name: string, value: unknown): Parsed<readonly [string, string]> {
  const lower = name.toLowerCase();
  if (!TOKEN.test(name)) {
    return { problem: `"${name}" is not the name of a header`, remedy: "Use letters, digits and hyphens." };
  }
  if (FORBIDDEN.has(lower) || lower.startsWith("x-switchyard-")) {
    return { problem: `the header ${lower} cannot be set`, remedy: "Leave it out: it is set for each request." };
  }
  const text =
    typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;
  if (text === undefined || !VALUE.test(text)) {
    return {
      problem: `the value of the header ${lower} has characters that a header cannot carry`,
      remedy: "Use printable ASCII without line breaks.",
    };
  }
  return { value: [name, text.trim()] };
}
