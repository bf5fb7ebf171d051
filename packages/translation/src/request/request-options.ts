import { hash } from "node:crypto";

import type { MessagesRequest } from "@switchyard/wire";

import type { TranslationContext, TranslationTarget } from "../contract.ts";
import { isRecord } from "./invalid-request.ts";
import { isGiven } from "./validate-request.ts";
import type { Warnings } from "./warnings.ts";

/** Fields that are read somewhere, or mean nothing outside the Messages API. */
const KNOWN_FIELDS: ReadonlySet<string> = new Set([
  "model",
  "max_tokens",
  "messages",
  "system",
  "stream",
  "tools",
  "tool_choice",
  "thinking",
  "output_config",
  "output_format",
  "temperature",
  "top_p",
  "top_k",
  "stop_sequences",
  "metadata",
  // Markers on blocks do the same where the target has them.
  "cache_control",
]);
/** Longest user, safety_identifier and prompt_cache_key. */
const KEY_LENGTH = 64;
/** The Responses API refuses a smaller max_output_tokens (its published schema). */
const RESPONSES_MIN_OUTPUT = 16;

/** What the target lets pass of the client's output limit; never more than asked, the API's own floor apart. */
export function outputLimit(request: MessagesRequest, target: TranslationTarget, warnings: Warnings): number {
  const asked = request.max_tokens;
  const most = target.maxOutputTokens ?? Infinity;
  if (asked > most) {
    warnings.add(
      "max-tokens-clamped",
      `max_tokens ${asked} is more than ${target.model} gives; sent ${most}`,
      "max_tokens",
    );
    return most;
  }
  if (target.dialect === "responses" && asked < RESPONSES_MIN_OUTPUT) {
    warnings.add(
      "max-tokens-at-floor",
      `${target.model} takes no less than ${RESPONSES_MIN_OUTPUT} tokens`,
      "max_tokens",
    );
    return RESPONSES_MIN_OUTPUT;
  }
  return asked;
}

/** temperature, top_p and top_k as far as the target takes them. */
export function samplingFields(
  request: MessagesRequest,
  target: TranslationTarget,
  reasoningOn: boolean,
  warnings: Warnings,
): Record<string, number> {
  const fields: Record<string, number> = {};
  const taken = target.sampling === "always" || (target.sampling === "without_reasoning" && !reasoningOn);
  for (const field of ["temperature", "top_p"] as const) {
    const value = request[field];
    if (value === undefined || value === null) continue;
    if (taken) fields[field] = value;
    // 1 is what the upstream does anyway.
    else if (value !== 1)
      warnings.add(`${field.replace("_", "-")}-left-out`, `${target.model} does not take ${field} here`, field);
  }
  if (isGiven(request.top_k)) {
    if (target.topK) fields["top_k"] = Number(request.top_k);
    else warnings.add("top-k-left-out", `${target.model} does not take top_k`, "top_k");
  }
  return fields;
}

/** The stop sequences that can be sent: as many as the target takes. The Responses API takes none. */
export function stopSequences(
  request: MessagesRequest,
  target: TranslationTarget,
  warnings: Warnings,
): readonly string[] {
  const asked = request.stop_sequences ?? [];
  const most = target.dialect === "responses" ? 0 : target.maxStopSequences;
  if (asked.length <= most) return asked;
  warnings.add(
    "stop-sequences-left-out",
    `${target.model} takes ${most} stop sequences of ${asked.length}`,
    "stop_sequences",
  );
  return asked.slice(0, most);
}

/**
 * A stable name for the client's user, as a hash: Claude Code's user_id holds device and account ids, which are
 * nobody else's business, and a session id, which changes.
 */
export function userKey(request: MessagesRequest): string | undefined {
  const userId: unknown = request.metadata?.user_id;
  if (typeof userId !== "string" || userId === "") return undefined;
  return hash("sha256", withoutSession(userId)).slice(0, KEY_LENGTH);
}

function withoutSession(userId: string): string {
  if (!userId.startsWith("{")) return userId.replace(/_session_.*$/, "");
  try {
    const parsed: unknown = JSON.parse(userId);
    return isRecord(parsed) ? JSON.stringify([parsed["device_id"], parsed["account_uuid"]]) : userId;
  } catch {
    return userId;
  }
}

/** One prompt cache per session and agent: sub-agents share a session but not a prompt. */
export function promptCacheKey(context: TranslationContext): string | undefined {
  if (context.sessionId === undefined) return undefined;
  const key = context.agentId === undefined ? context.sessionId : `${context.sessionId}:${context.agentId}`;
  return key.length <= KEY_LENGTH ? key : hash("sha256", key).slice(0, KEY_LENGTH);
}

/** The JSON schema that the answer must have, where one is asked for and the target can be held to it. */
export function outputSchema(
  request: MessagesRequest,
  target: TranslationTarget,
  warnings: Warnings,
): Record<string, unknown> | undefined {
  const format: unknown = request.output_config?.format ?? request["output_format"];
  if (!isRecord(format) || !isRecord(format["schema"])) return undefined;
  if (target.structuredOutput) return format["schema"];
  warnings.add("output-format-left-out", `${target.model} cannot be held to a JSON schema`, "output_config.format");
  return undefined;
}

/** Names every field of the Messages API that has no counterpart at the target. */
export function warnOfUnknownFields(request: MessagesRequest, warnings: Warnings): void {
  for (const field of Object.keys(request)) {
    if (KNOWN_FIELDS.has(field) || !isGiven(request[field])) continue;
    warnings.add("field-left-out", `${field} has no counterpart at this target`, field);
  }
  if (isGiven(request.output_config?.["task_budget"]))
    warnings.add("field-left-out", "task_budget has no counterpart at this target", "output_config.task_budget");
}
