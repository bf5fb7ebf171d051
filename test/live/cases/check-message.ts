import { assembleMessage, blocksOf } from "../dialects/assemble-message.ts";
import type { RawAnswer } from "../live-case.ts";
import { asArray, asObject, asText, parseJson } from "../read-json.ts";
import { checkStream } from "./check-stream.ts";

const STOP_REASONS: ReadonlySet<string> = new Set([
  "end_turn",
  "max_tokens",
  "stop_sequence",
  "tool_use",
  "pause_turn",
  "refusal",
  "model_context_window_exceeded",
]);

/** What is wrong with a service's success: sentences. Streams are held to the grammar of the Messages API too. */
export function checkMessage(answer: RawAnswer): string[] {
  if (answer.status !== 200) return [`answered ${answer.status}: ${messageOf(answer)}`];
  const problems = answer.events === undefined ? checkBody(answer) : checkStream(answer.events);
  const message = assembleMessage(answer);
  if (message === undefined) return [...problems, "the answer is no message"];
  if (!STOP_REASONS.has(message.stopReason)) problems.push(`the stop reason is ${JSON.stringify(message.stopReason)}`);
  if (message.model === "") problems.push("the answer names no model");
  if (asArray(message.content).some((block) => block === undefined)) problems.push("a content block is missing");
  return [...problems, ...checkUsage(message.usage), ...checkCalls(answer)];
}

function checkBody(answer: RawAnswer): string[] {
  const body = asObject(parseJson(answer.text));
  return [
    ...(asText(body["id"]) === "" ? ["the message has no id"] : []),
    ...(body["role"] === "assistant" ? [] : ["the role is not assistant"]),
    ...("stop_sequence" in body ? [] : ["stop_sequence is missing"]),
  ];
}

function isCount(value: unknown): boolean {
  return typeof value === "number" && value >= 0;
}

function checkUsage(usage: Readonly<Record<string, unknown>>): string[] {
  // Endpoints without a prompt cache leave its figures out.
  const cache = ["cache_creation_input_tokens", "cache_read_input_tokens"];
  const wrong = [
    ...["input_tokens", "output_tokens"].filter((field) => !isCount(usage[field])),
    ...cache.filter((field) => usage[field] !== undefined && usage[field] !== null && !isCount(usage[field])),
  ];
  if (wrong.length > 0) return wrong.map((field) => `usage.${field} is ${JSON.stringify(usage[field])}`);
  return Number(usage["output_tokens"]) > 0 ? [] : ["no output tokens were counted"];
}

function checkCalls(answer: RawAnswer): string[] {
  const calls = blocksOf(assembleMessage(answer), "tool_use");
  const ids = calls.map(({ id }) => asText(id));
  return [
    ...(ids.some((id) => !/^[A-Za-z0-9_-]+$/.test(id)) ? ["a tool call's id is not as the API allows it"] : []),
    ...(new Set(ids).size < ids.length ? ["two tool calls share an id"] : []),
    ...calls
      .filter(({ input }) => typeof input !== "object" || input === null || Array.isArray(input))
      .map(({ name }) => `the input of ${asText(name)} is no JSON object`),
  ];
}

/** What a refusal says. */
export function messageOf(answer: RawAnswer): string {
  const message = asText(asObject(asObject(parseJson(answer.text))["error"])["message"]);
  return message === "" ? answer.text.slice(0, 200) : message;
}

/** What is wrong with a service's refusal. */
export function checkRefusal(answer: RawAnswer, status: number, type: string): string[] {
  const envelope = asObject(parseJson(answer.text));
  const error = asObject(envelope["error"]);
  return [
    ...(answer.status === status ? [] : [`answered ${answer.status} instead of ${status}: ${messageOf(answer)}`]),
    ...(envelope["type"] === "error" ? [] : ["the refusal is not in the API's envelope"]),
    ...(error["type"] === type ? [] : [`the error's type is ${JSON.stringify(error["type"])} instead of ${type}`]),
    ...(asText(error["message"]) === "" ? ["the error has no message"] : []),
    ...(asText(answer.headers["request-id"]) === "" ? ["the refusal has no request-id header"] : []),
  ];
}
