import { checkImageUrl } from "../check-images.ts";
import { checkToolName } from "../check-tools.ts";
import { badRequest, firstProblem, problemIn, type RequestProblem } from "../problem.ts";
import { wordIssue } from "../word-issue.ts";
import { schemaOfItem } from "./input-item-schema.ts";
import type { ResponseStore } from "./response-store.ts";
import {
  CALL_TYPES,
  OUTPUT_TYPES,
  itemsOf,
  type InputItem,
  type InputPart,
  type ResponsesRequest,
} from "./responses-request.ts";
import type { SealedReasoning } from "./sealed-reasoning.ts";

export interface InputCheckDeps {
  store: ResponseStore;
  sealed: SealedReasoning;
}

/** OpenAI on the items of a Responses request. */
export function checkInput(request: ResponsesRequest, deps: InputCheckDeps): RequestProblem | undefined {
  if (typeof request.input === "string") return undefined;
  const items = itemsOf(request);
  return firstProblem([
    () => problemIn(items, (item, index) => checkItem(item, index, request)),
    () => checkPreviousResponse(request, deps.store),
    () => checkReasoning(request, items, deps),
    () => checkReasoningIsFollowed(items),
    () => problemIn(items, (item) => checkReasoningIsThere(item, items, deps.store)),
    () => checkPairs(items, deps.store.find(request.previous_response_id ?? "") ?? []),
  ]);
}

function checkItem(item: InputItem, index: number, request: ResponsesRequest): RequestProblem | undefined {
  const issue = schemaOfItem(item).safeParse(item).error?.issues[0];
  if (issue !== undefined) return wordIssue(issue, request, ["input", index]);
  const place = `input[${index}]`;
  return firstProblem([
    () => checkItemId(item, `${place}.id`),
    () => (CALL_TYPES.has(item.type ?? "") ? checkToolName(item.name ?? "", `${place}.name`, 128) : undefined),
    () => checkImagesIn(item.content, `${place}.content`),
    () => checkImagesIn(item.output, `${place}.output`),
  ]);
}

const ID_PREFIXES: Readonly<Record<string, string>> = {
  message: "msg",
  function_call: "fc",
  custom_tool_call: "ctc",
  reasoning: "rs",
};

/** github.com/continuedev/continue/issues/11494 and github.com/anomalyco/opencode/issues/25065, seen 2026-11. */
function checkItemId(item: InputItem, place: string): RequestProblem | undefined {
  const prefix = ID_PREFIXES[item.type ?? "message"];
  const id = item.id ?? undefined;
  if (prefix === undefined || id === undefined) return undefined;
  if (!/^[a-zA-Z0-9_-]+$/.test(id)) {
    return badRequest(
      `Invalid '${place}': '${id}'. Expected an ID that contains letters, numbers, underscores, or dashes, but this value contained additional characters.`,
      place,
      "invalid_value",
    );
  }
  if (id.startsWith(prefix)) return undefined;
  return badRequest(
    `Invalid '${place}': '${id}'. Expected an ID that begins with '${prefix}'.`,
    place,
    "invalid_value",
  );
}

function checkImagesIn(content: string | InputPart[] | undefined, place: string): RequestProblem | undefined {
  if (!Array.isArray(content)) return undefined;
  return problemIn(content, (part, index) => {
    const url = part.image_url ?? undefined;
    const at = `${place}[${index}].image_url`;
    return url === undefined ? undefined : checkImageUrl(url, at, `Invalid '${at}'`);
  });
}

/** github.com/maximhq/bifrost/issues/2441, seen 2026-11. */
function checkPreviousResponse(request: ResponsesRequest, store: ResponseStore): RequestProblem | undefined {
  const id = request.previous_response_id ?? undefined;
  if (id === undefined || store.find(id) !== undefined) return undefined;
  return badRequest(
    `Previous response with id '${id}' not found.`,
    "previous_response_id",
    "previous_response_not_found",
  );
}

function checkReasoning(
  request: ResponsesRequest,
  items: readonly InputItem[],
  deps: InputCheckDeps,
): RequestProblem | undefined {
  return problemIn(items, (item) => {
    const id = item.id ?? "";
    if (item.type === "item_reference") return deps.store.hasItem(id) ? undefined : itemNotFound(id, request);
    if (item.type !== "reasoning") return undefined;
    const token = item.encrypted_content ?? undefined;
    if (token !== undefined) return deps.sealed.isOurs(id, token) ? undefined : notVerified(id);
    return deps.store.hasItem(id) ? undefined : itemNotFound(id, request);
  });
}

/** github.com/smallmain/vscode-unify-chat-provider/issues/178 and github.com/openai/codex/issues/8145, seen 2026-11. */
function notVerified(itemId: string): RequestProblem {
  return badRequest(
    `The encrypted content for item ${itemId} could not be verified. Reason: Encrypted content could not be decrypted or parsed.`,
    null,
    "invalid_encrypted_content",
  );
}

/** github.com/can1357/oh-my-pi/issues/41, seen 2026-11. */
function itemNotFound(itemId: string, request: ResponsesRequest): RequestProblem {
  const advice =
    request.store === false
      ? " Items are not persisted when `store` is set to false. Try again with `store` set to true, or remove this item from your input."
      : "";
  return { status: 404, message: `Item with id '${itemId}' not found.${advice}`, param: "input" };
}

/** github.com/continuedev/continue/issues/8933, seen 2026-11. */
function checkReasoningIsFollowed(items: readonly InputItem[]): RequestProblem | undefined {
  return problemIn(items, (item, index) => {
    if (item.type !== "reasoning") return undefined;
    const next = items[index + 1];
    const isOutput =
      next !== undefined &&
      (CALL_TYPES.has(next.type ?? "") ||
        next.type === "reasoning" ||
        next.type === "item_reference" ||
        next.role === "assistant");
    if (isOutput) return undefined;
    return badRequest(
      `Item '${item.id ?? ""}' of type 'reasoning' was provided without its required following item.`,
      "input",
    );
  });
}

/** github.com/continuedev/continue/issues/10018, seen 2026-11. */
function checkReasoningIsThere(
  item: InputItem,
  items: readonly InputItem[],
  store: ResponseStore,
): RequestProblem | undefined {
  const reasoning = store.reasoningOf(item.id ?? "");
  if (reasoning === undefined || items.some((other) => other.id === reasoning)) return undefined;
  return badRequest(
    `Item '${item.id ?? ""}' of type '${item.type ?? "message"}' was provided without its required 'reasoning' item: '${reasoning}'.`,
    "input",
  );
}

/** github.com/microsoft/vscode/issues/320060 and github.com/router-for-me/CLIProxyAPI/issues/2368, seen 2026-11. */
function checkPairs(items: readonly InputItem[], before: readonly InputItem[]): RequestProblem | undefined {
  const calls = new Set<string>();
  const answered = new Set<string>();
  for (const item of [...before, ...items]) {
    const id = item.call_id ?? "";
    if (CALL_TYPES.has(item.type ?? "")) calls.add(id);
    if (!OUTPUT_TYPES.has(item.type ?? "")) continue;
    if (!calls.has(id)) {
      const noun = item.type === "function_call_output" ? "function call" : "custom tool call";
      return badRequest(`No tool call found for ${noun} output with call_id ${id}.`, "input");
    }
    answered.add(id);
  }
  const open = [...before, ...items].find(
    (item) => CALL_TYPES.has(item.type ?? "") && !answered.has(item.call_id ?? ""),
  );
  if (open === undefined) return undefined;
  const noun = open.type === "function_call" ? "function call" : "custom tool call";
  return badRequest(`No tool output found for ${noun} ${open.call_id ?? ""}.`, "input");
}
