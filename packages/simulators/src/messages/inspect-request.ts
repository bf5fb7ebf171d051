import type { ApiVersion } from "@switchyard/wire";
import type { z } from "zod";
import type { Exchange } from "../engine/dialect.ts";
import { promptParts } from "./cache-markers.ts";
import { checkBetas } from "./checks/check-betas.ts";
import { checkCacheMarkers } from "./checks/check-cache-markers.ts";
import { checkLimits } from "./checks/check-limits.ts";
import { checkMessages } from "./checks/check-messages.ts";
import { checkSampling } from "./checks/check-sampling.ts";
import { checkThinking } from "./checks/check-thinking.ts";
import { checkToolPairs } from "./checks/check-tool-pairs.ts";
import { checkTools } from "./checks/check-tools.ts";
import { noteAttribution } from "./checks/note-attribution.ts";
import type { ClaudeModel } from "./claude-models.ts";
import { estimatePartTokens, FRAME_TOKENS } from "./answer/estimate-part-tokens.ts";
import type { ThinkingSeal } from "./answer/thinking-seal.ts";
import type { Check, RequestFacts } from "./request-facts.ts";
import type { CheckedRequest } from "./shape/request-schema.ts";
import { wordIssue } from "./shape/word-issue.ts";

/** In the order in which the real API seems to look: shape, rights, then meaning. */
const CHECKS: readonly Check[] = [
  checkBetas,
  checkSampling,
  checkMessages,
  checkTools,
  checkThinking,
  checkToolPairs,
  checkCacheMarkers,
  checkLimits,
  noteAttribution,
];

export interface InspectionOptions {
  schema: z.ZodType;
  version: ApiVersion;
  betas: ReadonlySet<string>;
  platform: "anthropic" | "vertex";
  seal: ThinkingSeal;
  /** Model of the body; undefined when there is none of that name. */
  findModel(name: string): ClaudeModel | undefined;
  /** Added to the body before it is checked, for endpoints that name the model elsewhere. */
  implied?: Record<string, unknown>;
  /** Checks of meaning that this endpoint does not make. */
  without?: readonly Check[];
}

/** What is wrong with a request; undefined: nothing. */
export interface Problem {
  status: 400 | 404;
  message: string;
}

/** Holds a request against the published schema and then against the rules that no schema tells. */
export function inspectRequest(exchange: Exchange, options: InspectionOptions): Problem | undefined {
  if (exchange.jsonError !== undefined) {
    return { status: 400, message: `The request body is not valid JSON: ${exchange.jsonError}` };
  }
  const raw = exchange.json;
  if (typeof raw !== "object" || raw === null || Array.isArray(raw)) {
    return { status: 400, message: "Input should be a valid dictionary or object to extract fields from" };
  }
  const body = { ...raw, ...options.implied };
  const parsed = options.schema.safeParse(body);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return { status: 400, message: issue === undefined ? "Invalid request" : wordIssue(issue, body) };
  }
  const checked = parsed.data as CheckedRequest;
  const model = options.findModel(checked.model);
  if (model === undefined) return { status: 404, message: `model: ${checked.model}` };
  return checkMeaning(exchange, options, { checked, model });
}

function checkMeaning(
  exchange: Exchange,
  options: InspectionOptions,
  { checked, model }: { checked: CheckedRequest; model: ClaudeModel },
): Problem | undefined {
  const facts: RequestFacts = {
    body: checked,
    version: options.version,
    betas: options.betas,
    model,
    platform: options.platform,
    inputTokens: countInput(exchange.json as CheckedRequest),
    seal: options.seal,
    notes: exchange.request.notes,
  };
  for (const check of CHECKS) {
    const message = options.without?.includes(check) === true ? undefined : check(facts);
    if (message !== undefined) return { status: 400, message };
  }
  return undefined;
}

/** Tokens of the whole prompt as the simulator counts them. */
export function countInput(body: {
  messages?: readonly { role: string }[];
  tools?: readonly unknown[] | undefined;
  system?: unknown;
}): number {
  const parts = promptParts({ ...body, messages: body.messages ?? [] });
  return parts.reduce((sum, part) => sum + estimatePartTokens(part.text), FRAME_TOKENS);
}
