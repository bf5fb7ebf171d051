/** What the Messages API takes as the id of a tool_use block. */
const LEGAL_ID = /^[a-zA-Z0-9_-]+$/;
const ENCODED_PREFIX = "swid_";

/**
 * The id under which a client gets an upstream's tool call: the upstream's own where the Messages API allows
 * it, else a legal one that `decodeToolUseId` turns back.
 */
export function encodeToolUseId(upstreamId: string): string {
  if (LEGAL_ID.test(upstreamId) && !upstreamId.startsWith(ENCODED_PREFIX)) return upstreamId;
  return ENCODED_PREFIX + Buffer.from(upstreamId).toString("base64url");
}

/** The id that the upstream gave; ids that were never encoded come back as they are. */
export function decodeToolUseId(clientId: string): string {
  if (!clientId.startsWith(ENCODED_PREFIX)) return clientId;
  const decoded = Buffer.from(clientId.slice(ENCODED_PREFIX.length), "base64url").toString("utf8");
  // A client may name its own ids so that they look encoded; only what encodes to the same id was.
  return encodeToolUseId(decoded) === clientId ? decoded : clientId;
}
