import type { FailureName } from "@switchyard/wire";
import type { ErrorBody } from "./error-body.ts";

interface Wording {
  failure: FailureName;
  /** Values of `code` or `type`, lower case, that say it without doubt. */
  codes: readonly string[];
  /** Wordings of the message that say it. */
  patterns: readonly RegExp[];
}

/** A model that was, and is no more; a parameter that is deprecated is another matter. */
const RETIRED =
  /(?:model|deployment)\b.{0,160}(?:(?:has been|was|is) (?:deprecated|decommissioned|retired|shut down|discontinued|sunset)|no longer (?:supported|available))/iu;

/**
 * What OpenAI-shaped upstreams mean, by code first and wording second, in the order in which they are
 * asked. Sources, read in 2026: platform.openai.com/docs/guides/error-codes, openrouter.ai/docs/api/reference/errors-and-debugging,
 * learn.microsoft.com/azure/ai-foundry/openai/concepts/content-filter, api-docs.deepseek.com/quick_start/error_codes,
 * console.groq.com/docs/errors and /docs/deprecations, ai.google.dev/gemini-api/docs/troubleshooting,
 * docs.ollama.com/api/errors.
 */
const WORDINGS: readonly Wording[] = [
  {
    failure: "billing",
    codes: [
      "insufficient_quota",
      "billing_hard_limit_reached",
      "billing_not_active",
      "insufficient_credits",
      "account_deactivated",
    ],
    patterns: [
      /insufficient (?:balance|credits?|funds|quota)/iu,
      /credit balance is too low/iu,
      /billing (?:hard )?limit/iu,
      /exceeded your (?:monthly|spending) /iu,
      /requires more credits/iu,
      /limit: 0(?:\D|$)/iu,
    ],
  },
  {
    failure: "retired",
    codes: ["model_decommissioned", "model_deprecated", "gone"],
    patterns: [RETIRED],
  },
  {
    failure: "content-policy",
    codes: [
      "content_policy_violation",
      "content_filter",
      "responsibleaipolicyviolation",
      "moderation_blocked",
      "invalid_prompt",
      "content_filter_error",
      "data_inspection_failed",
      "cyber_policy_violation",
    ],
    patterns: [
      /content management policy/iu,
      /content exists risk/iu,
      /flagged (?:as|for|by)|was flagged/iu,
      /usage policy|safety system|prohibited[ _]content/iu,
      /requires moderation/iu,
    ],
  },
  {
    failure: "capability",
    codes: ["unsupported_parameter", "unsupported_value", "unsupported_model", "unsupported_country_region_territory"],
    patterns: [
      /does not support (?:tools|image|images|vision|thinking|function|streaming|this|the)/iu,
      /no endpoints found that (?:support|can handle)/iu,
      /(?:is|are) not supported (?:with|for|by|in) /iu,
      /user location is not supported/iu,
    ],
  },
  {
    failure: "model-not-found",
    codes: [
      "model_not_found",
      "deploymentnotfound",
      "model_not_available",
      "unknown_model",
      "invalid_model",
      "model_not_supported",
    ],
    patterns: [
      /model\b.{0,160}\b(?:not found|does not exist|not exist|is not a valid model|is not available)/iu,
      /unknown model|no endpoints found|no such model|not a valid model id/iu,
      /does not have access to model/iu,
    ],
  },
  {
    failure: "auth",
    codes: [
      "invalid_api_key",
      "authentication_error",
      "permission_denied",
      "unauthenticated",
      "invalid_authentication",
      "api_key_invalid",
    ],
    patterns: [/api key not valid|invalid api key|incorrect api key|api key (?:has )?expired/iu],
  },
  {
    failure: "overloaded",
    codes: [
      "server_overloaded",
      "engine_overloaded",
      "engine_overloaded_error",
      "overloaded_error",
      "provider_overloaded",
      "provider_unavailable",
      "insufficient_system_resource",
      "server_is_overloaded",
      "slow_down",
    ],
    patterns: [/overloaded|at capacity|capacity exceeded|server (?:is )?busy|model is loading|currently loading/iu],
  },
];

/** What code and wording of an error body say, whatever its status; undefined when they say nothing. */
export function readFailureWording(body: ErrorBody): FailureName | undefined {
  const type = body.type.toLowerCase();
  const google = body.googleStatus.toLowerCase();
  for (const { failure, codes } of WORDINGS) {
    if (!codes.includes(body.code) && !codes.includes(type) && !codes.includes(google)) continue;
    return failure === "model-not-found" && RETIRED.test(body.message) ? "retired" : failure;
  }
  for (const { failure, patterns } of WORDINGS) {
    if (patterns.some((pattern) => pattern.test(body.message))) return failure;
  }
  return undefined;
}
