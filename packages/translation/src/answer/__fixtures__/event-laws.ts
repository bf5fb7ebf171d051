import { expect } from "@jest/globals";
import type { StreamEvent } from "@switchyard/wire";

const DELTAS_OF: Readonly<Record<string, readonly string[]>> = {
  text: ["text_delta"],
  thinking: ["thinking_delta", "signature_delta"],
  tool_use: ["input_json_delta"],
};

/** Throws unless the events are one legal answer of the Messages API, whole or ended by an error. */
export function expectLegal(events: readonly StreamEvent[]): void {
  const types = events.map((event) => event.type);
  expect(types[0]).toBe("message_start");
  expect(types.filter((type) => type === "message_start")).toHaveLength(1);
  const last = types.at(-1);
  expect(["message_stop", "error"]).toContain(last);
  expect(types.filter((type) => type === "message_stop" || type === "error")).toHaveLength(1);
  expect(types.filter((type) => type === "message_delta")).toHaveLength(last === "message_stop" ? 1 : 0);
  if (last === "message_stop") expect(types.at(-2)).toBe("message_delta");
  expectLegalBlocks(events, last === "error");
}

function expectLegalBlocks(events: readonly StreamEvent[], mayStayOpen: boolean): void {
  let open: { index: number; type: string; json: string; signatures: number } | undefined;
  let next = 0;
  for (const event of events) {
    if (event.type === "content_block_start") {
      expect(open).toBeUndefined();
      expect(event.index).toBe(next);
      open = { index: next, type: event.content_block.type, json: "", signatures: 0 };
      next += 1;
    } else if (event.type === "content_block_delta") {
      expect(event.index).toBe(open?.index);
      expect(DELTAS_OF[open?.type ?? ""]).toContain(event.delta.type);
      if (open === undefined) continue;
      expect(open.signatures).toBe(0);
      if (event.delta.type === "signature_delta") open.signatures += 1;
      if (event.delta.type === "text_delta") expect(event.delta.text).not.toBe("");
      if (event.delta.type === "input_json_delta") open.json += event.delta.partial_json;
    } else if (event.type === "content_block_stop") {
      expect(event.index).toBe(open?.index);
      if (open?.type === "thinking") expect(open.signatures).toBe(1);
      if (open?.type === "tool_use" && !wasCutOff(events)) expect(typeof JSON.parse(open.json)).toBe("object");
      open = undefined;
    } else if (event.type === "message_delta") {
      expect(open).toBeUndefined();
      expect(event.delta.stop_reason).not.toBeNull();
    }
  }
  if (!mayStayOpen) expect(open).toBeUndefined();
}

function wasCutOff(events: readonly StreamEvent[]): boolean {
  return events.some((event) => event.type === "message_delta" && event.delta.stop_reason === "max_tokens");
}

/** What an answer says, without how it was cut into deltas. */
export function summarize(events: readonly StreamEvent[]): string[] {
  const lines: string[] = [];
  let text = "";
  for (const event of events) {
    if (event.type === "content_block_start") {
      const block = event.content_block;
      text = block.type === "tool_use" && "name" in block ? `tool_use ${String(block.name)} ` : `${block.type} `;
    } else if (event.type === "content_block_delta") {
      const { delta } = event;
      if (delta.type === "text_delta") text += delta.text;
      else if (delta.type === "thinking_delta") text += delta.thinking;
      else if (delta.type === "input_json_delta") text += delta.partial_json;
    } else if (event.type === "content_block_stop") {
      lines.push(text);
    } else if (event.type === "message_delta") {
      lines.push(String(event.delta.stop_reason));
    } else if (event.type === "error") {
      lines.push(`error ${event.error.type}`);
    }
  }
  return lines;
}
