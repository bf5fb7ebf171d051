import type { TranslationTarget } from "@switchyard/translation";
import { type MessagesRequest, type Rejection, THINKING_HISTORY } from "@switchyard/wire";

import { OUTPUT_LIMITS } from "../../rejections/essential-fields.ts";
import { type FieldPath, parseFieldPath } from "../../rejections/field-path.ts";

/** True where the target has refused the thinking that the conversation holds. */
export function refusesThinkingHistory(rejections: readonly Rejection[] = []): boolean {
  return rejections.some(({ name }) => name === THINKING_HISTORY);
}

/** The request without the thinking of its history. */
export function withoutThinkingHistory(request: MessagesRequest): MessagesRequest {
  return {
    ...request,
    messages: request.messages.map((message) =>
      typeof message.content === "string"
        ? message
        : {
            ...message,
            content: message.content.filter(({ type }) => type !== "thinking" && type !== "redacted_thinking"),
          },
    ),
  };
}

/** Takes from a translated body what its upstream has refused before. */
export function leaveOutOfBody(
  body: Record<string, unknown>,
  { rejections = [], target }: { rejections: readonly Rejection[] | undefined; target: TranslationTarget },
): void {
  for (const { kind, name } of rejections) {
    const path = kind === "field" ? parseFieldPath(name) : undefined;
    if (path === undefined) continue;
    const other = path.length === 1 ? OUTPUT_LIMITS[name] : undefined;
    if (other !== undefined && target.dialect === "chat") rename(body, name, other);
    else if (name === "reasoning_effort" && needsNoEffort(body, target)) body["reasoning_effort"] = "none";
    else remove(body, path);
  }
}

/** Beside tools such a model asks for the effort "none", where another is content without one. */
function needsNoEffort({ tools }: Record<string, unknown>, { efforts }: TranslationTarget): boolean {
  return Array.isArray(tools) && tools.length > 0 && efforts.includes("none");
}

function rename(body: Record<string, unknown>, from: string, to: string): void {
  if (!(from in body)) return;
  body[to] ??= body[from];
  delete body[from];
}

function remove(holder: unknown, [first = "", ...rest]: FieldPath): void {
  if (first === "*") {
    if (Array.isArray(holder)) for (const one of holder) remove(one, rest);
    return;
  }
  if (!isObject(holder) || !(first in holder)) return;
  if (rest.length === 0) {
    delete holder[first];
    return;
  }
  const inner = holder[first];
  remove(inner, rest);
  // An object of nothing but what was refused is refused as well.
  if (isObject(inner) && Object.keys(inner).length === 0) delete holder[first];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
