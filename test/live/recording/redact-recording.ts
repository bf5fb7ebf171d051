/**
 * Ids that tell whose account it was, or by which somebody could find the request again. They become
 * figures of the same length, the same one for the same id: what refers to what stays readable.
 */
const IDS: readonly RegExp[] = [
  /(?<![A-Za-z0-9_-])(req_|request-)[A-Za-z0-9_-]{8,}/g,
  /(?<![A-Za-z0-9_-])(msg_|resp_|gen-|chatcmpl-|cmpl-)[A-Za-z0-9_-]{8,}/g,
  /(?<![A-Za-z0-9_-])(org-|org_|proj_|proj-|user-|user_|acct_|acct-|workspace_|wrkspc_)[A-Za-z0-9]{6,}/g,
  /(?<![A-Za-z0-9_-])()[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![A-Za-z0-9-])/gi,
];

/** Credentials, whole or half hidden. */
const KEYS: readonly RegExp[] = [
  /(?<![A-Za-z0-9_-])sk-[A-Za-z0-9_*-]{8,}/g,
  /(?<![A-Za-z0-9_-])AIza[A-Za-z0-9_-]{20,}/g,
  /(?<![A-Za-z0-9_-])ya29\.[A-Za-z0-9_.-]{10,}/g,
  /(?<![A-Za-z0-9_-])(?:gh[opsur]_|github_pat_|gsk_|xai-)[A-Za-z0-9_]{10,}/g,
  /(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]+/g,
  /(?<=\bbearer )[^\s"'\\]{8,}/gi,
];

/** Fields whose text is the account's, in JSON and in JSON inside a string. */
const NAMED_FIELD =
  /(\\*")(?:user_id|account_id|account_uuid|account|organization|organization_id|organization_uuid|org_id|workspace_id|project_id|consumer|tenant_id|email|request_id|requestId|client_request_id)\1\s*:\s*\1((?:(?!\1)[^\n\\])+)\1/g;

const EMAIL = /[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}/g;
const GOOGLE_PROJECT = /\bprojects\/[^\s/"'\\?]+/g;
const GOOGLE_PROJECT_NUMBER = /\b(project(?: number)?:? )\d{6,}/gi;
const ADDRESS = /(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])/g;

/**
 * A recorded answer without what is whose: keys, ids of accounts and requests, e-mail addresses, network addresses, and
 * the `secrets` of this run, wherever they stand. Valid JSON stays valid.
 */
export function redactRecording(text: string, secrets: readonly string[] = []): string {
  const known = new Map<string, string>();
  const pseudonym = (id: string, prefix: string): string => {
    const found = known.get(id);
    if (found !== undefined) return found;
    const made = prefix + numberLike(id.slice(prefix.length), known.size + 1);
    known.set(id, made);
    return made;
  };
  let redacted = text;
  // Longest first, so that no secret is left of one that holds another.
  for (const secret of secrets.toSorted((a, b) => b.length - a.length)) {
    if (secret.length >= 4) redacted = redacted.replaceAll(secret, "redacted");
  }
  for (const pattern of KEYS) redacted = redacted.replaceAll(pattern, "redacted");
  redacted = redacted.replaceAll(EMAIL, "someone@example.com");
  redacted = redacted.replaceAll(GOOGLE_PROJECT, "projects/redacted");
  redacted = redacted.replaceAll(GOOGLE_PROJECT_NUMBER, (_match, words: string) => `${words}000000`);
  for (const pattern of IDS) redacted = redacted.replaceAll(pattern, (id, prefix: string) => pseudonym(id, prefix));
  redacted = redacted.replaceAll(NAMED_FIELD, (field, quote: string, value: string) =>
    isRedacted(value, known) ? field : field.slice(0, -quote.length - value.length) + pseudonym(value, "") + quote,
  );
  return redacted.replaceAll(ADDRESS, "192.0.2.1");
}

function isRedacted(value: string, known: ReadonlyMap<string, string>): boolean {
  return /^(?:redacted|someone@example\.com|projects\/redacted)$/.test(value) || [...known.values()].includes(value);
}

/** The number in the places of the id's letters: its length, and its hyphens where they were. */
function numberLike(id: string, number: number): string {
  const places = id.replaceAll("-", "").length;
  const digits = Array.from(String(number).padStart(places, "0"));
  return id.replaceAll(/[^-]/g, () => digits.shift() ?? "0") + digits.join("");
}

/** Headers whose values tell nothing but the provider's own state; of all others only the name is kept. */
const PLAIN_HEADER =
  /^content-type$|^cache-control$|^retry-after|retry-after-ms$|^x-should-retry$|ratelimit|^openai-version$/;

/** Names and harmless values of an answer's headers. */
export function redactHeaders(
  headers: Readonly<Record<string, string>>,
  secrets: readonly string[] = [],
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => [name, PLAIN_HEADER.test(name) ? redactRecording(value, secrets) : "redacted"]),
  );
}
