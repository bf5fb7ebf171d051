import type { MarkedThinking, ThinkingIssuer, ThinkingPayload } from "@switchyard/translation";

/** Thinking that an upstream needs back with its tool calls, kept aside while the client has thinking off. */
export interface ThinkingStore {
  recall(toolUseId: string): MarkedThinking | undefined;
  keep(issuer: ThinkingIssuer, payloads: Readonly<Record<string, ThinkingPayload>>): void;
}

/** Keeps the newest entries; an entry that is recalled counts as new, since its conversation goes on. */
export function createThinkingStore(maxEntries = 10_000): ThinkingStore {
  // A Map iterates in the order of insertion: the first key is the oldest.
  const entries = new Map<string, MarkedThinking>();
  return {
    recall: (toolUseId) => {
      const found = entries.get(toolUseId);
      if (found === undefined) return undefined;
      entries.delete(toolUseId);
      entries.set(toolUseId, found);
      return found;
    },
    keep: (issuer, payloads) => {
      for (const [toolUseId, payload] of Object.entries(payloads)) {
        entries.delete(toolUseId);
        entries.set(toolUseId, { issuer, payload });
        const [oldest] = entries.keys();
        if (entries.size > maxEntries && oldest !== undefined) entries.delete(oldest);
      }
    },
  };
}
