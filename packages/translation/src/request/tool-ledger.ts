import type { ToolDefinition } from "@switchyard/wire";

import type { ToolNames } from "../contract.ts";
import { beyondTarget, invalidRequest, isObject } from "./invalid-request.ts";
import type { Warnings } from "./warnings.ts";

/** Claude Code sends it so that the list of deferred tools is never empty; its description says never to call it. */
const PLACEHOLDER = "DeferredToolPlaceholder";

/**
 * Which tools the model may see, while the conversation is read from its first message to its last: a deferred
 * tool from its first reference on, an added one from its addition on, a removed one no longer.
 */
export interface ToolLedger {
  /** A tool_reference (or tool_addition by name) to the tool. False when the request defines no such tool. */
  reference(name: string): boolean;
  /** A tool_addition that brings the definition along. Throws where the target cannot run such a tool. */
  add(definition: ToolDefinition, path: string): void;
  remove(name: string): void;
  /** What references become for a model that has no such blocks: one line per tool, as ToolSearch promises. */
  functionsText(names: readonly string[]): string;
  /** In the order in which they were offered, so that the list only grows at its end. */
  offered(): ToolDefinition[];
}

/**
 * Throws invalid_request_error for a malformed definition, and a capability error that names the tool for one
 * that the Messages API would execute or define itself.
 */
export function createToolLedger(
  tools: readonly ToolDefinition[],
  toolNames: ToolNames,
  warnings: Warnings,
): ToolLedger {
  const definitions = new Map<string, ToolDefinition>();
  const offered = new Set<string>();
  for (const [index, tool] of tools.entries()) {
    checkTool(tool, `tools.${index}`);
    if (definitions.has(tool.name))
      throw invalidRequest(`tools.${index}.name`, `Tool names must be unique: '${tool.name}'`);
    definitions.set(tool.name, tool);
    if (tool.defer_loading !== true && tool.name !== PLACEHOLDER) offered.add(tool.name);
  }

  function reference(name: string): boolean {
    if (!definitions.has(name)) {
      warnings.add("unknown-tool-reference", `tool_reference to '${name}', which the request does not define`);
      return false;
    }
    if (name !== PLACEHOLDER) offered.add(name);
    return true;
  }

  function functionLine(name: string): string {
    const tool = definitions.get(name);
    if (tool === undefined || name === PLACEHOLDER) return "";
    const { description, input_schema: parameters } = tool;
    return `<function>${JSON.stringify({ description, name: toolNames.toUpstream(name), parameters })}</function>\n`;
  }

  return {
    reference,
    add(definition, path) {
      checkTool(definition, path);
      definitions.set(definition.name, definition);
      offered.add(definition.name);
    },
    remove(name) {
      offered.delete(name);
    },
    functionsText(names) {
      const lines = names.map(functionLine).join("");
      return lines === "" ? "" : `<functions>\n${lines}</functions>`;
    },
    offered: () => Array.from(offered, (name) => definitions.get(name)).filter((tool) => tool !== undefined),
  };
}

function checkTool(tool: ToolDefinition, path: string): void {
  if (!isObject(tool)) throw invalidRequest(path, "Input should be a valid object");
  const type: string | null | undefined = tool.type;
  if (type !== undefined && type !== null && type !== "custom")
    throw beyondTarget(path, `tool '${tool.name ?? type}' of type '${type}' cannot be executed by this target`);
  if (typeof tool.name !== "string" || tool.name === "") throw invalidRequest(`${path}.name`, "Field required");
  if (!isObject(tool.input_schema)) throw invalidRequest(`${path}.input_schema`, "Field required");
  if (tool.description !== undefined && tool.description !== null && typeof tool.description !== "string")
    throw invalidRequest(`${path}.description`, "Input should be a valid string");
}
