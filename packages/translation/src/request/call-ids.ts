import { hash } from "node:crypto";

import type { TranslationTarget } from "../contract.ts";
import { decodeToolUseId } from "../tool-use-id.ts";

const PLAIN_ID = /^[a-zA-Z0-9_-]+$/;
/** Longest tool call id on chat completions ("string too long. Expected a string with maximum length 40"). */
const CHAT_ID_LENGTH = 40;
/** call_id's maxLength in the published schema of the Responses API. */
const RESPONSES_ID_LENGTH = 64;

/** Gives every call of a conversation an id that the target takes and that no other call has. */
export interface CallIds {
  /** The upstream's id for the next call with this client id. A repeated client id gets another one. */
  assign(clientId: string): string;
}

export function createCallIds(target: TranslationTarget): CallIds {
  const maxLength = target.toolCallIds?.maxLength ?? (target.dialect === "chat" ? CHAT_ID_LENGTH : RESPONSES_ID_LENGTH);
  const anyCharacters = target.toolCallIds?.anyCharacters ?? false;
  const taken = new Set<string>();

  const isFree = (id: string): boolean =>
    id.length > 0 && id.length <= maxLength && (anyCharacters || PLAIN_ID.test(id)) && !taken.has(id);

  function choose(clientId: string): string {
    const issued = decodeToolUseId(clientId);
    if (isFree(issued)) return issued;
    if (isFree(clientId)) return clientId;
    for (let attempt = 0; ; attempt++) {
      const digest = hash("sha256", `${clientId}\0${attempt}`);
      const id = maxLength >= 29 ? `call_${digest.slice(0, 24)}` : digest.slice(0, maxLength);
      if (!taken.has(id)) return id;
    }
  }

  return {
    assign(clientId) {
      const id = choose(clientId);
      taken.add(id);
      return id;
    },
  };
}
