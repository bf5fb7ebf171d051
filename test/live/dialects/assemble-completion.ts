import type { RawAnswer } from "../live-case.ts";
import { asArray, asNumber, asObject, asText, parseJson } from "../read-json.ts";

type Fields = Record<string, unknown>;

export interface AssembledCompletion {
  /** Content and whatever reasoning the vendor shows; without its calls. */
  message: Fields;
  toolCalls: Fields[];
  finishReason: string;
  usage: Fields;
}

/** A chat completion, from its JSON or its chunks; undefined when it is none. */
export function assembleCompletion(answer: RawAnswer): AssembledCompletion | undefined {
  return answer.events === undefined ? readCompletion(asObject(parseJson(answer.text))) : readChunks(answer.events);
}

function readCompletion(body: Readonly<Record<string, unknown>>): AssembledCompletion | undefined {
  const choice = asObject(asArray(body["choices"])[0]);
  if (typeof choice["message"] !== "object" || choice["message"] === null) return undefined;
  const { tool_calls: calls, ...message } = asObject(choice["message"]);
  return {
    message,
    toolCalls: asArray(calls).map(withoutIndex),
    finishReason: asText(choice["finish_reason"]),
    usage: { ...asObject(body["usage"]) },
  };
}

/** Texts are put together, lists appended, calls merged by their index. */
function readChunks(events: readonly string[]): AssembledCompletion | undefined {
  const assembled: AssembledCompletion = { message: {}, toolCalls: [], finishReason: "", usage: {} };
  let chunks = 0;
  for (const data of events) {
    const chunk = asObject(parseJson(data));
    if (!Array.isArray(chunk["choices"])) continue;
    chunks += 1;
    assembled.usage = { ...assembled.usage, ...asObject(chunk["usage"]) };
    const choice = asObject(chunk["choices"][0]);
    assembled.finishReason = asText(choice["finish_reason"]) || assembled.finishReason;
    const { tool_calls: calls, ...delta } = asObject(choice["delta"]);
    addFields(assembled.message, delta);
    for (const call of asArray(calls)) addCall(assembled.toolCalls, asObject(call));
  }
  assembled.toolCalls = assembled.toolCalls.filter((call) => call !== undefined).map(withoutIndex);
  return chunks === 0 ? undefined : assembled;
}

function addFields(message: Fields, delta: Readonly<Record<string, unknown>>): void {
  for (const [field, value] of Object.entries(delta)) {
    const before = message[field];
    if (typeof value === "string" && typeof before === "string" && field !== "role") message[field] = before + value;
    else if (Array.isArray(value) && Array.isArray(before)) message[field] = [...before, ...value];
    else if (value !== null || before === undefined) message[field] = value;
  }
}

function addCall(calls: Fields[], delta: Readonly<Record<string, unknown>>): void {
  const index = asNumber(delta["index"]);
  const before = calls[index];
  const { name, arguments: text } = asObject(delta["function"]);
  if (before === undefined) {
    calls[index] = { ...delta, function: { name: asText(name), arguments: asText(text) } };
    return;
  }
  const { function: _function, ...others } = delta;
  const known = asObject(before["function"]);
  calls[index] = {
    ...before,
    ...Object.fromEntries(Object.entries(others).filter(([, value]) => value !== null && value !== "")),
    function: { name: asText(known["name"]) + asText(name), arguments: asText(known["arguments"]) + asText(text) },
  };
}

/** The index belongs to a stream, not to a message of the history. */
function withoutIndex(call: unknown): Fields {
  const { index: _index, ...rest } = asObject(call);
  return rest;
}
