import type { InputItem } from "./responses-request.ts";

/** What a simulator remembers of answers that were to be stored. */
export interface ResponseStore {
  /** Output of a stored response, the outputs that it continued before it; undefined: never stored. */
  find(responseId: string): readonly InputItem[] | undefined;
  hasItem(itemId: string): boolean;
  /** The reasoning item that a stored call or message came with. */
  reasoningOf(itemId: string): string | undefined;
  add(responseId: string, items: readonly InputItem[], before: readonly InputItem[]): void;
}

/** Keeps the newest `limit` responses. */
export function createResponseStore(limit = 1_000): ResponseStore {
  const responses = new Map<string, readonly InputItem[]>();
  const reasoningByItem = new Map<string, string | undefined>();

  const forgetOldest = (): void => {
    const oldest = responses.keys().next().value;
    if (oldest === undefined) return;
    for (const item of responses.get(oldest) ?? []) reasoningByItem.delete(item.id ?? "");
    responses.delete(oldest);
  };

  return {
    find: (responseId) => responses.get(responseId),
    hasItem: (itemId) => reasoningByItem.has(itemId),
    reasoningOf: (itemId) => reasoningByItem.get(itemId),
    add(responseId, items, before) {
      responses.set(responseId, [...before, ...items]);
      let reasoning: string | undefined;
      for (const item of items) {
        reasoningByItem.set(item.id ?? "", item.type === "reasoning" ? undefined : reasoning);
        reasoning = item.type === "reasoning" ? (item.id ?? undefined) : undefined;
      }
      if (responses.size > limit) forgetOldest();
    },
  };
}
