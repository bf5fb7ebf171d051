/** One entry of a conversation, as far as the search for a person's last words needs it. */
export interface TurnFacts {
  isUser: boolean;
  isToolResult: boolean;
  text: string;
}

/** Text without what clients put between the lines for the model alone. */
export function withoutReminders(text: string): string {
  return text.replaceAll(/<system-reminder>[\s\S]*?<\/system-reminder>/g, "").trim();
}

/**
 * The last thing a person wrote, and where it stands. Text in a user message right after tool results belongs to
 * them and is not it. Without any: index -1, empty text.
 */
export function findLastUserTurn<T>(
  entries: readonly T[],
  read: (entry: T) => TurnFacts,
): { index: number; text: string } {
  for (let index = entries.length - 1; index >= 0; index -= 1) {
    const entry = entries[index];
    if (entry === undefined) continue;
    const facts = read(entry);
    if (!facts.isUser || facts.text === "") continue;
    const before = entries[index - 1];
    if (before !== undefined && read(before).isToolResult) continue;
    return { index, text: facts.text };
  }
  return { index: -1, text: "" };
}
