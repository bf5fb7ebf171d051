/**
 * Names of the headers that the mesh adds (always lower case). The inner ones count only beside the
 * inner token and are stripped otherwise.
 */
export const HEADERS = Object.freeze({
  /** Both directions: one id through all services, logs and answers. */
  requestId: "request-id",

  // client → gateway
  provider: "x-switchyard-provider",
  strategy: "x-switchyard-strategy",
  substitution: "x-switchyard-substitution",
  prefer: "x-switchyard-prefer",
  clientKey: "x-switchyard-key",

  // gateway → provider service
  innerToken: "x-switchyard-inner-token",
  /** The target's own model id, chosen by the gateway. On answers: the canonical id of the model really used. */
  model: "x-switchyard-model",
  /** The request id the gateway gave; the service answers and logs with it. */
  innerRequestId: "x-switchyard-request-id",
  /** What the gateway has read from the body already (`writeFacts`), so that the service need not scan it again. */
  facts: "x-switchyard-facts",

  /** What the target has refused before and is left out for it (`writeRejections`). */
  leaveOut: "x-switchyard-leave-out",

  // provider service → gateway
  /** A FailureName. */
  failure: "x-switchyard-failure",
  /** What the upstream's answer says of its limits (`writeObservations`). */
  limits: "x-switchyard-limits",
  /** The fields and betas that the upstream's 400 named (`writeRejections`). */
  rejected: "x-switchyard-rejected",

  // → client
  attempts: "x-switchyard-attempts",
  overheadMs: "x-switchyard-overhead-ms",
  simulated: "x-switchyard-simulated",
  /** A sentence for people: a budget is nearly used up, something cheaper has answered. */
  warning: "x-switchyard-warning",
  /** provider service → gateway: ms it spent itself before sending upstream and after the first output. */
  serviceOverheadMs: "x-switchyard-service-overhead-ms",
  /** provider service → gateway: ms from sending upstream to the first real output. The rest of the gateway's wait is ours. */
  upstreamMs: "x-switchyard-upstream-ms",

  // the client's own
  sessionId: "x-claude-code-session-id",
  agentId: "x-claude-code-agent-id",
  parentAgentId: "x-claude-code-parent-agent-id",
});

export const SWITCHYARD_HEADER_PREFIX = "x-switchyard-";

/** Hop-by-hop fields (RFC 9110, 7.6.1) and those that belong to one connection only. */
export const HOP_BY_HOP_HEADERS: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "expect",
]);
