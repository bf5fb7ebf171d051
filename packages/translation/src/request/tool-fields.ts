import type { ToolChoice, ToolDefinition } from "@switchyard/wire";

import type { ToolNames, TranslationTarget } from "../contract.ts";
import { invalidRequest } from "./invalid-request.ts";
import type { ReasoningPlan } from "./plan-reasoning.ts";
import { adaptOpenAiSchema } from "./schema/openai-schema.ts";
import { toOpenApiSubset } from "./schema/openapi-subset.ts";
import { qualifiesForStrict } from "./schema/strict-schema.ts";
import type { Warnings } from "./warnings.ts";

/** A function as both dialects describe it. */
export interface FunctionFields {
  name: string;
  description?: string;
  /** Absent: the function takes no arguments. */
  parameters?: Record<string, unknown>;
  strict: boolean;
}

/** The tool as a function that the target takes. */
export function functionFields(
  tool: ToolDefinition,
  target: TranslationTarget,
  toolNames: ToolNames,
  warnings: Warnings,
): FunctionFields {
  const schema = tool.input_schema ?? {};
  const name = toolNames.toUpstream(tool.name);
  if (tool["input_examples"] !== undefined)
    warnings.add("input-examples-left-out", "input_examples of tools are not sent", `tools.${tool.name}`);
  const warn: Warn = (code, message) => warnings.add(code, message, `tools.${tool.name}.description`);
  const describe = (lost?: string): { description?: string } => {
    const text = [tool.description, lost].filter((part) => part).join("\n\n");
    return text === "" ? {} : { description: shorten(text, target, warn) };
  };
  if (target.toolSchema === "openapi_subset") {
    const parameters = toOpenApiSubset(schema);
    return { name, ...describe(), ...(parameters === undefined ? {} : { parameters }), strict: false };
  }
  const adapted = adaptOpenAiSchema(schema);
  const strict = tool.strict === true && adapted.lost === undefined && qualifiesForStrict(adapted.schema);
  if (tool.strict === true && !strict)
    warnings.add("strict-left-out", "the schema does not qualify for strict mode", `tools.${tool.name}.strict`);
  return { name, ...describe(adapted.lost), parameters: adapted.schema, strict };
}

type Warn = (code: string, message: string) => void;

const ELLIPSIS = "…";

/** What the target lets pass of a description, its beginning, cut between two characters that show as one. */
function shorten(text: string, { model, maxToolDescriptionLength: most }: TranslationTarget, warn: Warn): string {
  if (most === undefined || text.length <= most) return text;
  warn("tool-description-shortened", `${model} takes ${most} characters of a tool's description`);
  const cut = text.slice(0, most - ELLIPSIS.length);
  return (cut.isWellFormed() ? cut : cut.slice(0, -1)) + ELLIPSIS;
}

/** Which tool to call, in neutral form. */
export type Choice = "auto" | "required" | "none" | { name: string };

/** Throws invalid_request_error for a choice of a tool that is not offered. */
export function readToolChoice(
  choice: ToolChoice | null | undefined,
  offered: readonly ToolDefinition[],
  toolNames: ToolNames,
): Choice | undefined {
  if (choice === undefined || choice === null) return undefined;
  if (choice.type === "none") return offered.length === 0 ? undefined : "none";
  if (choice.type === "auto") return offered.length === 0 ? undefined : "auto";
  if (offered.length === 0) throw invalidRequest("tool_choice", "there are no tools to choose from");
  if (choice.type === "any") return "required";
  if (!offered.some((tool) => tool.name === choice.name))
    throw invalidRequest("tool_choice.tool.name", `Tool '${choice.name}' is not among the tools offered`);
  return { name: toolNames.toUpstream(choice.name) };
}

export function isForced(choice: Choice | undefined): boolean {
  return choice === "required" || typeof choice === "object";
}

/** The choice, left to the model where the target refuses to have it made. */
export function fitToolChoice(
  choice: Choice | undefined,
  target: TranslationTarget,
  reasoning: ReasoningPlan,
  warnings: Warnings,
): Choice | undefined {
  const { forcedToolChoice = "always" } = target;
  const taken = forcedToolChoice === "always" || (forcedToolChoice === "without_reasoning" && !reasoning.on);
  if (taken || !isForced(choice)) return choice;
  warnings.add("tool-choice-relaxed", `${target.model} cannot be made to call a tool here; it may`, "tool_choice");
  return "auto";
}

/** parallel_tool_calls where the client wants one call at a time. */
export function parallelFields(
  choice: ToolChoice | null | undefined,
  target: TranslationTarget,
  warnings: Warnings,
): { parallel_tool_calls?: false } {
  if (choice === undefined || choice === null || choice.type === "none") return {};
  if (choice.disable_parallel_tool_use !== true) return {};
  if (target.parallelToolCalls) return { parallel_tool_calls: false };
  warnings.add(
    "parallel-tool-use-not-disabled",
    `${target.model} cannot be asked for one tool call at a time`,
    "tool_choice.disable_parallel_tool_use",
  );
  return {};
}
