import { createCatalog } from "@switchyard/catalog";
import { type ThinkingIssuer, encodeThinkingSignature } from "@switchyard/translation";
import { type ModelInfo, type Rejection, scanBody } from "@switchyard/wire";

import type { AnthropicEdits, RequestContext } from "../../../provider.ts";
import { editBody } from "../edit-body.ts";
import { planLeaveOut } from "../leave-out.ts";

const catalog = createCatalog();

export const OWN_ISSUER: ThinkingIssuer = { provider: "deepseek", model: "deepseek-v4-pro", account: "a1" };
export const OTHER_ISSUER: ThinkingIssuer = { provider: "openai", model: "gpt-6", account: "b2" };

export function signedBy(issuer: ThinkingIssuer, signature = "their-signature"): string {
  return encodeThinkingSignature({ issuer, payload: { kind: "messages", signature } });
}

function modelOf(id: string): ModelInfo {
  const found = catalog.offersOf("anthropic").find((model) => model.id === id || model.canonical === id);
  if (found === undefined) throw new Error(`no model ${id}`);
  return found;
}

export interface EditOptions {
  edits?: Partial<AnthropicEdits>;
  model?: string;
  requestedModel?: string;
  removedBetas?: string[];
  leaveOut?: readonly Rejection[];
  /** The model takes no images. */
  blind?: boolean;
}

/** The body after its edits, as text, and the codes of the warnings. */
export function edit(body: string | object, options: EditOptions = {}) {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const found = modelOf(options.model ?? "claude-opus-4-8");
  const capabilities = { ...found.capabilities, images: options.blind !== true };
  const model = { ...found, capabilities };
  const edits: AnthropicEdits = { model: { set: model.id }, claude: true, plain: false, ...options.edits };
  const context: RequestContext = {
    requestId: "req_1",
    operation: "messages",
    model,
    requestedModel: options.requestedModel ?? model.id,
    stream: true,
    clientHeaders: {},
  };
  const result = editBody({
    scan: scanBody(Buffer.from(text)),
    edits,
    context,
    catalog,
    removedBetas: options.removedBetas ?? [],
    leaveOut: planLeaveOut(options.leaveOut),
    issuer: edits.claude ? "claude" : OWN_ISSUER,
  });
  const edited = result.body.toString("utf8");
  return { text: edited, json: JSON.parse(edited) as Record<string, unknown>, codes: result.warnings.map(({ code }) => code) };
}
