import type { UpstreamFailure } from "@switchyard/provider-kit";

/** Quotas per minute fill up again within one. */
const A_MINUTE = 60;

/**
 * What Google says in its own words where the reading by status and wording would miss it
 * (docs.cloud.google.com/vertex-ai/generative-ai/docs/error-code-429 and …/model-reference/api-errors);
 * undefined: the family's reading does.
 */
export function readVertexFailure(status: number, body: string): UpstreamFailure | undefined {
  const message = readMessage(body);
  if (status === 403 && /BILLING_DISABLED|billing (?:account|to be enabled)|enable billing/i.test(body))
    return { failure: "billing", status: 403, type: "billing_error", message };
  // "Quota exceeded for aiplatform.googleapis.com/…_per_minute_… with base model: …": its window is in its name.
  if (status === 429 && /quota exceeded for \S*per_minute/i.test(message))
    return { failure: "throttled", status: 429, type: "rate_limit_error", message, retryAfterSeconds: A_MINUTE };
  // The model is there, but not for this project or in this location: another provider may have it.
  if (/is not allowed to use publisher model|not servable in region/i.test(message))
    return { failure: "model-not-found", status: 404, type: "not_found_error", message };
  return undefined;
}

/** Google's errors stand in an object, or in an array of one. */
function readMessage(body: string): string {
  try {
    const json = JSON.parse(body) as unknown;
    const first = (Array.isArray(json) ? json[0] : json) as { error?: { message?: unknown } } | null;
    const message = first?.error?.message;
    return typeof message === "string" ? message : "";
  } catch {
    return "";
  }
}
