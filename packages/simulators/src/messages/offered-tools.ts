/** The parts of a request that say which tools the model may call. */
export interface ToolsSource {
  tools?: readonly unknown[] | undefined;
  messages: readonly { role: string; content?: unknown }[];
}

/**
 * Names of the tools that the model sees: a deferred tool only after a `tool_reference` to it, and as `tool_addition`
 * and `tool_removal` in system messages say.
 * Source: platform.claude.com/docs/en/agents-and-tools/tool-use/tool-search-tool, read 2026-11.
 */
export function offeredTools({ tools = [], messages }: ToolsSource): string[] {
  const offered = new Set<string>();
  for (const tool of tools as readonly { name?: unknown; defer_loading?: unknown }[]) {
    if (typeof tool.name === "string" && tool.defer_loading !== true) offered.add(tool.name);
  }
  for (const block of messages.flatMap((message) => blocksOf(message.content))) {
    if (block.type === "tool_result") {
      for (const inner of blocksOf(block.content)) {
        if (inner.type === "tool_reference") offered.add(String(inner.tool_name));
      }
    }
    const changed = changedTool(block);
    if (changed === undefined) continue;
    if (block.type === "tool_addition") offered.add(changed);
    else offered.delete(changed);
  }
  return [...offered];
}

interface LooseBlock {
  type: string;
  content?: unknown;
  tool_name?: unknown;
  tool?: { name?: unknown; definition?: { name?: unknown } };
}

function blocksOf(content: unknown): LooseBlock[] {
  if (!Array.isArray(content)) return [];
  return (content as unknown[]).filter((block): block is LooseBlock => typeof block === "object" && block !== null);
}

function changedTool({ type, tool }: LooseBlock): string | undefined {
  if (type !== "tool_addition" && type !== "tool_removal") return undefined;
  const name = tool?.name ?? tool?.definition?.name;
  return typeof name === "string" ? name : undefined;
}
