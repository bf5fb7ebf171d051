import { describe, expect, it } from "@jest/globals";

import { formatStreamEvent, type StreamEvent } from "./stream-events.ts";

const EVENTS: StreamEvent[] = [
  { type: "ping" },
  { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
  { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "plain" } },
  {
    type: "content_block_delta",
    index: 12,
    delta: { type: "text_delta", text: 'a "quote", a\nline, \\ \u2028 ünïcödé \ud83d' },
  },
  { type: "content_block_delta", index: 1, delta: { type: "text_delta", text: "" } },
  { type: "content_block_delta", index: 1, delta: { type: "input_json_delta", partial_json: '{"a":' } },
  { type: "content_block_delta", index: 2, delta: { type: "thinking_delta", thinking: "hm\n" } },
  { type: "content_block_stop", index: 2 },
  { type: "message_stop" },
];

describe("formatStreamEvent", () => {
  it.each(EVENTS.map((event) => [event.type, event] as const))("writes %s as its name and its JSON", (type, event) => {
    expect(formatStreamEvent(event)).toBe(`event: ${type}\ndata: ${JSON.stringify(event)}\n\n`);
  });
});
