import type { ErrorWish, Exchange, JsonAnswer } from "../engine/dialect.ts";
import { familyOf } from "./claude-models.ts";

/**
 * Errors of Google's API front end. Sources: google.aip.dev/193 (shape), docs.cloud.google.com/vertex-ai/generative-ai/
 * docs/error-code-vertex-ai and …/partner-models/claude/quotas (wording); read 2026-11.
 */
export function wordGoogleError(wish: ErrorWish, exchange: Exchange): JsonAnswer {
  const { status, message = defaultMessage(wish.status, exchange) } = wish;
  const details = detailsOf(status, exchange);
  return {
    status,
    body: {
      error: {
        code: status,
        message,
        status: STATUS_NAMES[status] ?? "UNKNOWN",
        ...(details === undefined ? {} : { details }),
      },
    },
  };
}

const STATUS_NAMES: Readonly<Record<number, string>> = {
  400: "INVALID_ARGUMENT",
  401: "UNAUTHENTICATED",
  403: "PERMISSION_DENIED",
  404: "NOT_FOUND",
  429: "RESOURCE_EXHAUSTED",
  500: "INTERNAL",
  503: "UNAVAILABLE",
};

function resourceOf({ parameters }: Exchange): string {
  const { project, location, model } = parameters;
  return `projects/${project}/locations/${location}/publishers/anthropic/models/${model ?? "count-tokens"}`;
}

function defaultMessage(status: number, exchange: Exchange): string {
  switch (status) {
    case 401:
      return (
        "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid " +
        "authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project."
      );
    case 403:
      return (
        `Permission 'aiplatform.endpoints.predict' denied on resource '//aiplatform.googleapis.com/${resourceOf(exchange)}' ` +
        "(or it may not exist)."
      );
    case 404:
      return (
        `Publisher Model \`${resourceOf(exchange)}\` was not found or your project does not have access to it. Please ensure ` +
        "you are using a valid model version. For more information, see: " +
        "https://cloud.google.com/vertex-ai/generative-ai/docs/learn/model-versions"
      );
    case 429:
      return (
        "Quota exceeded for aiplatform.googleapis.com/global_online_prediction_requests_per_base_model with base model: " +
        `anthropic-claude-${familyOf(exchange.parameters["model"] ?? "")}. Please submit a quota increase request. ` +
        "https://cloud.google.com/vertex-ai/docs/generative-ai/quotas-genai."
      );
    case 503:
      return "The service is currently unavailable.";
    default:
      return "Internal error encountered.";
  }
}

function detailsOf(status: number, exchange: Exchange): unknown[] | undefined {
  const reason =
    status === 401 ? "ACCESS_TOKEN_TYPE_UNSUPPORTED" : status === 403 ? "IAM_PERMISSION_DENIED" : undefined;
  if (reason === undefined) return undefined;
  const metadata =
    status === 403
      ? { permission: "aiplatform.endpoints.predict", resource: resourceOf(exchange) }
      : { method: "google.cloud.aiplatform.v1.PredictionService.RawPredict", service: "aiplatform.googleapis.com" };
  return [
    {
      "@type": "type.googleapis.com/google.rpc.ErrorInfo",
      reason,
      domain: status === 403 ? "aiplatform.googleapis.com" : "googleapis.com",
      metadata,
    },
  ];
}
