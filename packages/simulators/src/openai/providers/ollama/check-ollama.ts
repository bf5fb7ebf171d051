import type { Exchange } from "../../../engine/dialect.ts";
import { isBase64 } from "../../check-images.ts";
import type { ChatRequest } from "../../chat/chat-request.ts";
import { badRequest, firstProblem, problemIn, type RequestProblem } from "../../problem.ts";
import { findOllamaModel, type OllamaModel } from "./ollama-models.ts";

/**
 * Ollama on a chat completions request, after its sources (github.com/ollama/ollama, openai/openai.go and
 * middleware/openai.go, seen 2026-11): little is looked at, unknown fields are ignored, results need no call.
 */
export function checkOllama(exchange: Exchange, models: readonly OllamaModel[]): RequestProblem | undefined {
  return firstProblem([
    () => checkObject(exchange),
    () => checkTypes(exchange.json as Record<string, unknown>),
    () => checkMessages(exchange.json as ChatRequest),
    () => checkEffort(exchange.json as ChatRequest),
    () => checkModel(exchange.json as ChatRequest, models),
  ]);
}

function checkObject(exchange: Exchange): RequestProblem | undefined {
  const { json } = exchange;
  if (typeof json === "object" && json !== null && !Array.isArray(json)) return undefined;
  return badRequest(exchange.request.body === "" ? "EOF" : "invalid character in request body");
}

const GO_TYPES: Readonly<Record<string, string>> = {
  model: "string",
  stream: "bool",
  max_tokens: "int",
  seed: "int",
  temperature: "float64",
  top_p: "float64",
  frequency_penalty: "float64",
  presence_penalty: "float64",
  reasoning_effort: "string",
};
const JSON_TYPES: Readonly<Record<string, string>> = {
  string: "string",
  bool: "boolean",
  int: "number",
  float64: "number",
};

/** Words of Go's encoding/json. */
function checkTypes(body: Record<string, unknown>): RequestProblem | undefined {
  const wrong = Object.entries(GO_TYPES).find(([field, type]) => {
    const value = body[field] ?? undefined;
    if (value === undefined) return false;
    return typeof value !== JSON_TYPES[type] || (type === "int" && !Number.isInteger(value));
  });
  if (wrong !== undefined) {
    const [field, type] = wrong;
    return badRequest(
      `json: cannot unmarshal ${typeName(body[field])} into Go struct field ChatCompletionRequest.${field} of type ${type}`,
    );
  }
  const { messages } = body;
  if (messages !== undefined && !Array.isArray(messages)) {
    return badRequest(
      `json: cannot unmarshal ${typeName(messages)} into Go struct field ChatCompletionRequest.messages of type []openai.Message`,
    );
  }
  if (messages === undefined || messages.length === 0) return badRequest("[] is too short - 'messages'");
  return undefined;
}

function typeName(value: unknown): string {
  if (Array.isArray(value)) return "array";
  if (typeof value === "boolean") return "bool";
  return typeof value === "number" && !Number.isInteger(value) ? `number ${value}` : typeof value;
}

function checkMessages({ messages }: ChatRequest): RequestProblem | undefined {
  return problemIn(messages, (message) => {
    const { content, tool_calls: calls } = message;
    if (typeof content !== "string" && !Array.isArray(content) && (calls ?? null) === null) {
      return badRequest(
        `invalid message content type: ${content === null || content === undefined ? "<nil>" : "map[string]interface {}"}`,
      );
    }
    const parts: readonly unknown[] = Array.isArray(content) ? content : [];
    return firstProblem([
      () => problemIn(parts, checkPart),
      () =>
        problemIn(calls ?? [], (call) =>
          isJsonObject(call.function?.arguments) ? undefined : badRequest("invalid tool call arguments"),
        ),
    ]);
  });
}

const IMAGE_PREFIX = /^data:(image\/(jpeg|jpg|png|webp))?;base64,/;

function checkPart(part: unknown): RequestProblem | undefined {
  const { type, text, image_url: image } = (part ?? {}) as { type?: unknown; text?: unknown; image_url?: unknown };
  if (type === "text" && typeof text === "string") return undefined;
  const url = typeof image === "object" && image !== null ? (image as { url?: unknown }).url : image;
  if (type !== "image_url" || typeof url !== "string") return badRequest("invalid message format");
  const prefix = IMAGE_PREFIX.exec(url)?.[0];
  if (prefix === undefined) return badRequest("invalid image input");
  return isBase64(url.slice(prefix.length)) ? undefined : badRequest("invalid message format");
}

function isJsonObject(text: string | undefined): boolean {
  try {
    const value: unknown = JSON.parse(text ?? "");
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

const EFFORTS = ["high", "medium", "low", "max", "none"];

export function effortOf(request: ChatRequest): string | undefined {
  const { effort } = (request["reasoning"] ?? {}) as { effort?: string };
  const wanted = request["reasoning"] === undefined ? request.reasoning_effort : effort;
  return wanted === "" ? undefined : (wanted ?? undefined);
}

function checkEffort(request: ChatRequest): RequestProblem | undefined {
  const effort = effortOf(request);
  if (effort === undefined || EFFORTS.includes(effort)) return undefined;
  return badRequest(`invalid reasoning value: '${effort}' (must be "high", "medium", "low", "max", or "none")`);
}

function checkModel(request: ChatRequest, models: readonly OllamaModel[]): RequestProblem | undefined {
  const model = findOllamaModel(models, request.model);
  if (model === undefined) return { status: 404, message: `model '${request.model}' not found` };
  const effort = effortOf(request);
  if (effort === undefined || effort === "none" || model.thinks) return undefined;
  return badRequest(`"${request.model}" does not support thinking`);
}
