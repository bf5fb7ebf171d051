import type { TranscriptEntry } from "@switchyard/transcripts";
import type { Way } from "./cost-sums.ts";

/** Gateways of this project answer with request ids of this form; Anthropic's are of another. */
const MESH_REQUEST_ID = /^req_[0-9a-f]{32}$/;

/**
 * Which way an answer of the transcripts came, so that none is counted twice. The transcript keeps the request id of
 * the answer's headers, and a gateway of this project makes one of a form of its own.
 *
 * - a request id of ours, the session in the ledger: "mesh"; the ledger counts it, the transcript does not
 * - a request id of ours, the session not in the ledger: "other_mesh"; it went through a gateway whose ledger this is
 *   not, or whose rows have gone, or the ledger could not be asked
 * - another request id: "direct", also where the rest of its session came through the mesh
 * - no request id: "mesh" where the ledger knows its session, else "direct"
 */
export function wayOf(
  { requestId, session }: Pick<TranscriptEntry, "requestId" | "session">,
  meshSessions: ReadonlySet<string>,
): Way {
  const known = meshSessions.has(session);
  if (requestId === undefined) return known ? "mesh" : "direct";
  if (!MESH_REQUEST_ID.test(requestId)) return "direct";
  return known ? "mesh" : "other_mesh";
}
