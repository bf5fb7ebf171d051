/** The parts of a request in the order in which they make up the prompt: tools, system, messages. */
export interface PromptPart {
  path: string;
  /** What stands here, its marker left out: moving a marker changes no prefix. */
  text: string;
  /** Life of the marker on this part. */
  ttl?: "5m" | "1h";
}

export interface PromptSource {
  tools?: readonly unknown[] | undefined;
  system?: unknown;
  messages: readonly { role: string; content?: unknown }[];
  cache_control?: unknown;
}

export function promptParts(source: PromptSource): PromptPart[] {
  const parts = [
    ...(source.tools ?? []).map((tool, index) => createPart(tool, `tools.${index}`)),
    ...listBlocks(source.system).map((block, index) => createPart(block, `system.${index}`)),
    ...source.messages.flatMap((message, at) =>
      listBlocks(message.content).map((block, index) => {
        const part = createPart(block, `messages.${at}.content.${index}`);
        return { ...part, text: `${message.role}:${part.text}` };
      }),
    ),
  ];
  // One marker for the whole request stands on its last part.
  const last = parts.at(-1);
  const automatic = ttlOf(source.cache_control);
  if (last !== undefined && automatic !== undefined) last.ttl ??= automatic;
  return parts;
}

export function markersOf(source: PromptSource): PromptPart[] {
  return promptParts(source).filter((part) => part.ttl !== undefined);
}

function listBlocks(content: unknown): readonly unknown[] {
  if (typeof content === "string") return [{ type: "text", text: content }];
  return Array.isArray(content) ? (content as unknown[]) : [];
}

function createPart(value: unknown, path: string): PromptPart {
  const { cache_control: marker, ...rest } = value as Record<string, unknown>;
  const ttl = ttlOf(marker);
  return { path, text: JSON.stringify(rest), ...(ttl === undefined ? {} : { ttl }) };
}

function ttlOf(marker: unknown): "5m" | "1h" | undefined {
  if (typeof marker !== "object" || marker === null) return undefined;
  return (marker as { ttl?: unknown }).ttl === "1h" ? "1h" : "5m";
}
