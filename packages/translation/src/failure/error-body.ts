import { isRecord } from "./is-record.ts";

/** An error body of any dialect, read into one shape. Empty strings where a field is absent. */
export interface ErrorBody {
  message: string;
  type: string;
  /** OpenAI's `code`, lower case, e.g. "context_length_exceeded". */
  code: string;
  /** A numeric `code` or `statusCode`, as used by Google, OpenRouter and llama.cpp. */
  statusCode: number | undefined;
  /** Google's `status`, e.g. "RESOURCE_EXHAUSTED". */
  googleStatus: string;
  param: string;
  /** Google's `details`. */
  details: readonly Record<string, unknown>[];
  /** OpenRouter's `metadata`. */
  metadata: Readonly<Record<string, unknown>>;
  /** The error object itself. */
  fields: Readonly<Record<string, unknown>>;
  /** False for pages and plain text. */
  isJson: boolean;
}

const EMPTY: ErrorBody = Object.freeze({
  message: "",
  type: "",
  code: "",
  statusCode: undefined,
  googleStatus: "",
  param: "",
  details: [],
  metadata: {},
  fields: {},
  isJson: false,
});

/** Reads the text of an error answer. Never throws. */
export function parseErrorBody(text: string): ErrorBody {
  const trimmed = text.trim();
  if (!trimmed.startsWith("{") && !trimmed.startsWith("[")) return { ...EMPTY, message: describeText(trimmed) };
  try {
    return readErrorBody(JSON.parse(trimmed));
  } catch {
    return { ...EMPTY, message: describeText(trimmed) };
  }
}

/** Reads a parsed error answer: an envelope, an array of one (Gemini), or a flat object (vLLM, Mistral). */
export function readErrorBody(value: unknown): ErrorBody {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  if (typeof first === "string") return { ...EMPTY, message: first, isJson: true };
  if (!isRecord(first)) return { ...EMPTY, isJson: true };
  const inner = first["error"] ?? firstOf(first["errors"]) ?? first;
  if (typeof inner === "string") return { ...EMPTY, message: inner, fields: first, isJson: true };
  const error = isRecord(inner) ? inner : first;
  const code = error["code"] ?? first["code"];
  return {
    message: messageOf(error) || messageOf(first),
    type: textOf(error["type"]) || textOf(metadataOf(error)["error_type"]),
    code: typeof code === "string" ? code.toLowerCase() : innerCode(error),
    statusCode: httpStatus(code) ?? httpStatus(error["status"]) ?? httpStatus(first["statusCode"] ?? first["status"]),
    googleStatus: textOf(error["status"]),
    param: textOf(error["param"]),
    details: Array.isArray(error["details"]) ? error["details"].filter(isRecord) : [],
    metadata: metadataOf(error),
    fields: error,
    isJson: true,
  };
}

function messageOf(error: Record<string, unknown>): string {
  const detail = error["detail"];
  if (Array.isArray(detail))
    return detail.map((entry) => (isRecord(entry) ? textOf(entry["msg"]) : textOf(entry))).join("; ");
  return textOf(error["message"]) || textOf(detail) || textOf(error["msg"]) || textOf(error["error_description"]);
}

function metadataOf(error: Record<string, unknown>): Record<string, unknown> {
  return isRecord(error["metadata"]) ? error["metadata"] : {};
}

/** Azure hides the finer code in `innererror`. */
function innerCode(error: Record<string, unknown>): string {
  const inner = error["innererror"] ?? error["inner_error"];
  return isRecord(inner) ? textOf(inner["code"]).toLowerCase() : "";
}

function firstOf(value: unknown): unknown {
  return Array.isArray(value) ? value[0] : undefined;
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function httpStatus(value: unknown): number | undefined {
  const number = typeof value === "string" && /^\d{3}$/u.test(value) ? Number(value) : value;
  return typeof number === "number" && Number.isInteger(number) && number >= 400 && number <= 599 ? number : undefined;
}

/** A page becomes its title; plain text stays, within bounds. */
function describeText(body: string): string {
  const title = /<title[^>]*>([^<]*)<\/title>/iu.exec(body)?.[1]?.trim();
  if (title !== undefined && title !== "") return `a page titled "${title.slice(0, 200)}"`;
  return body.startsWith("<") ? "a page" : body.slice(0, 500);
}
