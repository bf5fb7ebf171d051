import { memberEdits } from "@switchyard/wire";

import type { MessageChanges } from "./message-changes.ts";

/**
 * Takes from system messages what only the beta of per-turn control lets them carry: where the beta goes,
 * an effort that stays behind is "messages.1.output_config: Extra inputs are not permitted".
 */
export function removeTurnControl(changes: MessageChanges): boolean {
  const { scan } = changes;
  let removed = false;
  for (const [index, message] of changes.messages.entries()) {
    if (changes.role(index) !== "system") continue;
    const members = scan.members(message);
    if (!members.some(({ name }) => name === "output_config")) continue;
    for (const edit of memberEdits(members, message, { remove: ["output_config"] })) changes.edit(index, edit);
    removed = true;
  }
  return removed;
}
