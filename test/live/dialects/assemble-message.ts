import type { RawAnswer } from "../live-case.ts";
import { asArray, asNumber, asObject, asText, parseJson } from "../read-json.ts";

type Fields = Record<string, unknown>;

export interface AssembledMessage {
  content: Fields[];
  stopReason: string;
  model: string;
  usage: Fields;
}

/** A message of the Messages API, from its JSON or its stream; undefined when it is none. */
export function assembleMessage(answer: RawAnswer): AssembledMessage | undefined {
  return answer.events === undefined ? readMessage(asObject(parseJson(answer.text))) : readStream(answer.events);
}

function readMessage(message: Readonly<Record<string, unknown>>): AssembledMessage | undefined {
  if (message["type"] !== "message" || !Array.isArray(message["content"])) return undefined;
  return {
    content: message["content"].map((block) => ({ ...asObject(block) })),
    stopReason: asText(message["stop_reason"]),
    model: asText(message["model"]),
    usage: { ...asObject(message["usage"]) },
  };
}

function readStream(events: readonly string[]): AssembledMessage | undefined {
  let assembled: AssembledMessage | undefined;
  const inputs = new Map<Fields, string>();
  for (const data of events) {
    const event = asObject(parseJson(data));
    if (event["type"] === "message_start") assembled = readMessage(asObject(event["message"]));
    else if (assembled !== undefined) addEvent(assembled, event, inputs);
  }
  for (const [block, text] of inputs) block["input"] = parseJson(text === "" ? "{}" : text);
  return assembled;
}

function addEvent(message: AssembledMessage, event: Readonly<Record<string, unknown>>, inputs: Map<Fields, string>) {
  switch (event["type"]) {
    case "content_block_start":
      message.content[asNumber(event["index"])] = { ...asObject(event["content_block"]) };
      break;
    case "content_block_delta": {
      const block = message.content[asNumber(event["index"])];
      if (block !== undefined) addDelta(block, asObject(event["delta"]), inputs);
      break;
    }
    case "message_delta":
      message.stopReason = asText(asObject(event["delta"])["stop_reason"]);
      message.usage = { ...message.usage, ...asObject(event["usage"]) };
      break;
    default:
  }
}

function addDelta(block: Fields, delta: Readonly<Record<string, unknown>>, inputs: Map<Fields, string>): void {
  for (const field of ["text", "thinking", "signature"]) {
    if (field in delta) block[field] = asText(block[field]) + asText(delta[field]);
  }
  if ("partial_json" in delta) inputs.set(block, (inputs.get(block) ?? "") + asText(delta["partial_json"]));
}

/** Blocks of one type, in order. */
export function blocksOf(message: AssembledMessage | undefined, type: string): readonly Fields[] {
  return asArray(message?.content).filter((block): block is Fields => asObject(block)["type"] === type);
}

/** All text of an answer, joined. */
export function textOfMessage(message: AssembledMessage | undefined): string {
  return blocksOf(message, "text")
    .map((block) => asText(block["text"]))
    .join("");
}
