import { isRecord } from "../failure/is-record.ts";

/** Names by which OpenAI models call a tool that no one offered them, to wrap several calls into one. */
const WRAPPER_NAMES: ReadonlySet<string> = new Set(["parallel", "multi_tool_use.parallel", "multi_tool_use_parallel"]);

export interface WrappedCall {
  /** The upstream's name of the tool. */
  name: string;
  /** JSON text. */
  arguments: string;
}

export function isWrapperName(name: string): boolean {
  return WRAPPER_NAMES.has(name);
}

/** The calls inside a wrapper; undefined when the arguments are not of its shape, i.e. it is a tool of that name. */
export function unwrapParallelCalls(argumentsText: string): WrappedCall[] | undefined {
  const uses = readUses(argumentsText);
  if (uses === undefined || uses.length === 0) return undefined;
  const calls: WrappedCall[] = [];
  for (const use of uses) {
    if (!isRecord(use) || typeof use["recipient_name"] !== "string") return undefined;
    const parameters = use["parameters"] ?? {};
    if (!isRecord(parameters)) return undefined;
    calls.push({ name: use["recipient_name"].replace(/^functions\./u, ""), arguments: JSON.stringify(parameters) });
  }
  return calls;
}

function readUses(argumentsText: string): unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(argumentsText);
    return isRecord(value) && Array.isArray(value["tool_uses"]) ? value["tool_uses"] : undefined;
  } catch {
    return undefined;
  }
}
