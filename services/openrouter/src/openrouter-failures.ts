import { readOpenAiFailure, type UpstreamFailure } from "@switchyard/provider-kit";

interface OwnError {
  message: string;
  metadata: Readonly<Record<string, unknown>>;
}

/**
 * OpenRouter's own errors, whatever endpoint they come from (openrouter.ai/docs/api/reference/errors-and-debugging):
 * an exhausted in-flight budget passes by itself, every other 402 needs credits; 403 is moderation or a
 * limit of the key. undefined: the family's reading does.
 */
export function readOpenRouterFailure(
  status: number,
  headers: Readonly<Record<string, string>>,
  body: string,
): UpstreamFailure | undefined {
  const error = readOwnError(body);
  if (error === undefined) return undefined;
  if (status === 402) return readPayment(error, headers, body);
  if (status === 403) return readForbidden(error);
  // "No endpoints available that support Anthropic's context management features": another provider may.
  if (
    (status === 400 || status === 404) &&
    /no (?:allowed )?(?:endpoints|providers)\b.{0,80}\bsupport/i.test(error.message)
  )
    return { failure: "capability", status: 400, type: "invalid_request_error", message: error.message };
  return undefined;
}

function readPayment(error: OwnError, headers: Readonly<Record<string, string>>, body: string): UpstreamFailure {
  const { message, metadata } = error;
  const inFlight =
    metadata["limit_source"] === "openrouter_in_flight_budget" ||
    metadata["reason"] === "in_flight_budget_exhausted" ||
    /in[-_]flight/i.test(message);
  if (!inFlight) return { failure: "billing", status: 402, type: "billing_error", message };
  // When it passes is said in the same ways as with a rate limit.
  const { retryAfterSeconds } = readOpenAiFailure(429, headers, body);
  return {
    failure: retryAfterSeconds === undefined ? "throttled-without-window" : "throttled",
    status: 429,
    type: "rate_limit_error",
    message,
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  };
}

function readForbidden({ message, metadata }: OwnError): UpstreamFailure | undefined {
  if (Array.isArray(metadata["reasons"]) || "flagged_input" in metadata || /requires moderation|flagged/i.test(message))
    return { failure: "content-policy", status: 400, type: "invalid_request_error", message };
  if (/(?:key|budget|credit|spend\w*) limit|limit exceeded/i.test(message))
    return { failure: "billing", status: 402, type: "billing_error", message };
  return undefined;
}

/** `{error: {code, message, metadata}}`, on the Messages endpoint with `type: "error"` around it. */
function readOwnError(body: string): OwnError | undefined {
  try {
    const { error } = JSON.parse(body) as { error?: { message?: unknown; metadata?: unknown } };
    if (typeof error?.message !== "string") return undefined;
    const { message, metadata } = error;
    return {
      message,
      metadata: typeof metadata === "object" && metadata !== null ? (metadata as Record<string, unknown>) : {},
    };
  } catch {
    return undefined;
  }
}
