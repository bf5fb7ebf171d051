import type { MessagesRequest } from "@switchyard/wire";

import { invalidRequest, isObject, isRecord } from "./invalid-request.ts";

/** The version in which sampling parameters no longer exist (platform.claude.com/docs/en/api/migration-2026-10-21). */
export const STRICT_API_VERSION = "2026-10-21";
const SAMPLING_FIELDS = ["temperature", "top_p", "top_k"] as const;
const TOOL_CHOICES: ReadonlySet<unknown> = new Set(["auto", "any", "tool", "none"]);
const THINKING_TYPES: ReadonlySet<unknown> = new Set(["enabled", "adaptive", "between_tools", "disabled"]);

/**
 * Checks the request's own fields; what stands inside messages and tools is checked where it is read, in the
 * same pass. Throws invalid_request_error with the path.
 */
export function validateRequest(request: MessagesRequest, apiVersion: string): void {
  if (!isObject(request)) throw invalidRequest("body", "Input should be a JSON object");
  if (apiVersion >= STRICT_API_VERSION) {
    for (const field of SAMPLING_FIELDS)
      if (request[field] !== undefined) throw invalidRequest(field, "Extra inputs are not permitted");
  }
  if (!Number.isInteger(request.max_tokens) || request.max_tokens < 1)
    throw invalidRequest("max_tokens", "Input should be an integer greater than or equal to 1");
  if (!Array.isArray(request.messages)) throw invalidRequest("messages", "Input should be a valid list");
  if (request.messages.length === 0) throw invalidRequest("messages", "at least one message is required");
  for (const field of ["temperature", "top_p"] as const) checkFraction(request, field);
  if (isGiven(request.top_k) && !(Number.isInteger(request.top_k) && Number(request.top_k) >= 0))
    throw invalidRequest("top_k", "Input should be an integer greater than or equal to 0");
  if (isGiven(request.stream) && typeof request.stream !== "boolean")
    throw invalidRequest("stream", "Input should be a valid boolean");
  checkStopSequences(request.stop_sequences);
  checkThinking(request.thinking);
  checkToolChoice(request.tool_choice);
  if (isGiven(request.tools) && !Array.isArray(request.tools))
    throw invalidRequest("tools", "Input should be a valid list");
  if (isGiven(request.output_config) && !isObject(request.output_config))
    throw invalidRequest("output_config", "Input should be an object");
  if (isGiven(request.output_config?.effort) && typeof request.output_config?.effort !== "string")
    throw invalidRequest("output_config.effort", "Input should be a valid string");
}

/** Clients write null for "not given". */
export function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function checkFraction(request: MessagesRequest, field: "temperature" | "top_p"): void {
  const value: unknown = request[field];
  if (!isGiven(value)) return;
  if (typeof value !== "number" || value < 0 || value > 1)
    throw invalidRequest(field, "Input should be a number between 0 and 1");
}

function checkStopSequences(sequences: unknown): void {
  if (!isGiven(sequences)) return;
  if (!Array.isArray(sequences)) throw invalidRequest("stop_sequences", "Input should be a valid list");
  const wrong = sequences.findIndex((sequence) => typeof sequence !== "string" || sequence === "");
  if (wrong >= 0) throw invalidRequest(`stop_sequences.${wrong}`, "Input should be a non-empty string");
}

function checkThinking(thinking: unknown): void {
  if (!isGiven(thinking)) return;
  if (!isRecord(thinking) || !THINKING_TYPES.has(thinking["type"]))
    throw invalidRequest("thinking.type", "Input should be 'enabled', 'adaptive', 'between_tools' or 'disabled'");
  if (
    thinking["type"] === "enabled" &&
    !(Number.isInteger(thinking["budget_tokens"]) && Number(thinking["budget_tokens"]) > 0)
  )
    throw invalidRequest("thinking.enabled.budget_tokens", "Input should be a positive integer");
}

function checkToolChoice(choice: unknown): void {
  if (!isGiven(choice)) return;
  if (!isRecord(choice) || !TOOL_CHOICES.has(choice["type"]))
    throw invalidRequest("tool_choice.type", "Input should be 'auto', 'any', 'tool' or 'none'");
  if (choice["type"] === "tool" && typeof choice["name"] !== "string")
    throw invalidRequest("tool_choice.tool.name", "Field required");
}
