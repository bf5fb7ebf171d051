import type { RequestBody } from "@switchyard/service-kit";
import { type ErrorBody, parseErrorBody } from "@switchyard/translation";
import { type ModelInfo, type Rejection, THINKING_HISTORY, THINKING_IN_LOOP } from "@switchyard/wire";

import { isDispensable, OUTPUT_LIMITS } from "./essential-fields.ts";
import { formatFieldPath, parseFieldPath, toSnakeCase, withoutTypes } from "./field-path.ts";
import { type NamedThing, readWordings, SYSTEM_MESSAGES, TOOL_CHANGES } from "./rejection-wordings.ts";

/** What was sent upstream, to be held against what it refused. */
export interface SentRequest {
  headers: Readonly<Record<string, string>>;
  body: RequestBody;
}

/** Names that are no fields, with what a body holds that has something of the kind. */
const SPECIAL: ReadonlyMap<string, RegExp> = new Map([
  [THINKING_HISTORY, /"(?:signature|redacted_thinking|thought_signature|encrypted_content)"/u],
  [THINKING_IN_LOOP, /"thinking"\s*:/u],
  [SYSTEM_MESSAGES, /"role"\s*:\s*"system"/u],
  [TOOL_CHANGES, /"tool_(?:addition|removal)"/u],
]);

/** Codes of OpenAI's errors whose `param` is what it does not take. */
const NAMING_CODES: ReadonlySet<string> = new Set(["unsupported_parameter", "unsupported_value", "unknown_parameter"]);

const MAX_REJECTIONS = 8;

/**
 * Fields and betas that an upstream's refusal names, that were really sent, and that a request can go without. Names
 * are those of the API that the upstream was asked by.
 */
export function findRejections(error: ErrorBody, dialect: ModelInfo["dialect"], sent: SentRequest): Rejection[] {
  const named = namedThings(error);
  if (named.length === 0) return [];
  const text = bodyText(sent.body);
  const found = new Map<string, Rejection>();
  for (const thing of named) {
    const rejection = toRejection(thing, { dialect, text, headers: sent.headers });
    if (rejection !== undefined) found.set(`${rejection.kind}:${rejection.name}`, rejection);
  }
  return [...found.values()].slice(0, MAX_REJECTIONS);
}

function namedThings(error: ErrorBody): NamedThing[] {
  const param =
    NAMING_CODES.has(error.code) && error.param !== "" ? [{ kind: "field" as const, name: error.param }] : [];
  return [...param, ...forbiddenPlaces(error), ...textsOf(error).flatMap(readWordings)];
}

/** The message, and the upstream's own error where a host passes it on as text. */
function textsOf(error: ErrorBody): string[] {
  const raw = error.metadata["raw"];
  const inner = typeof raw === "string" ? [raw, parseErrorBody(raw).message] : [];
  return [error.message, ...inner].map((text) => text.slice(0, 20_000).replaceAll('\\"', '"'));
}

/** FastAPI's form, of Mistral and others: `detail: [{type: "extra_forbidden", loc: ["body", "x"]}]`. */
function forbiddenPlaces({ fields }: ErrorBody): NamedThing[] {
  const detail = fields["detail"];
  if (!Array.isArray(detail)) return [];
  return detail.flatMap((one: { type?: unknown; loc?: unknown } | null) => {
    if (one?.type !== "extra_forbidden" || !Array.isArray(one.loc)) return [];
    const place = one.loc.map(String);
    return [{ kind: "field" as const, name: (place[0] === "body" ? place.slice(1) : place).join(".") }];
  });
}

interface Evidence {
  dialect: ModelInfo["dialect"];
  text: string;
  headers: Readonly<Record<string, string>>;
}

function toRejection({ kind, name }: NamedThing, { dialect, text, headers }: Evidence): Rejection | undefined {
  if (kind === "beta") {
    return headers["anthropic-beta"]?.split(",").some((beta) => beta.trim() === name) === true
      ? { kind, name }
      : undefined;
  }
  const special = SPECIAL.get(name);
  if (special !== undefined) return special.test(text) ? { kind, name } : undefined;
  const path = parseFieldPath(name);
  if (path === undefined) return undefined;
  const own = dialect === "messages" ? generalise(withoutTypes(path)) : path.map(toSnakeCase);
  const isRenamed = dialect === "chat" && own.length === 1 && own[0] !== undefined && own[0] in OUTPUT_LIMITS;
  if (!isRenamed && !isDispensable(own)) return undefined;
  return holdsField(text, own.at(-1) ?? "") ? { kind, name: formatFieldPath(own) } : undefined;
}

/** What is refused in one place of a Messages request is refused in all; thinking of any type is one field. */
function generalise(path: readonly string[]): readonly string[] {
  const marker = path.indexOf("cache_control");
  if (marker > 0 && marker < path.length - 1) return path.slice(marker);
  return path[0] === "thinking" && path[1] !== "display" ? ["thinking"] : path;
}

/** Names of values are not taken for names of fields, nor what somebody else put into the request. */
function holdsField(text: string, name: string): boolean {
  for (let at = text.indexOf(`"${name}"`); at >= 0; at = text.indexOf(`"${name}"`, at + 1)) {
    if (/^\s*:/u.test(text.slice(at + name.length + 2, at + name.length + 10))) return true;
  }
  return false;
}

function bodyText(body: RequestBody): string {
  if (typeof body === "string") return body;
  return (Buffer.isBuffer(body) ? body : Buffer.concat(body)).toString("latin1");
}
