import type { BlockDelta, ContentBlock, Message, StreamEvent, UnknownBlock } from "@switchyard/wire";

type Block = ContentBlock | UnknownBlock;

/** Puts the events of one answer together into the message that would have been answered without a stream. */
export function buildMessage(events: readonly StreamEvent[]): Message | undefined {
  let message: Message | undefined;
  let block: Block | undefined;
  let json = "";
  for (const event of events) {
    switch (event.type) {
      case "message_start":
        message = { ...event.message, content: [] };
        break;
      case "content_block_start":
        block = { ...event.content_block };
        json = "";
        break;
      case "content_block_delta":
        if (event.delta.type === "input_json_delta") json += event.delta.partial_json;
        else if (block !== undefined) extend(block, event.delta);
        break;
      case "content_block_stop":
        if (block?.type === "tool_use") Object.assign(block, { input: parseInput(json) });
        if (block !== undefined) message?.content.push(block);
        break;
      case "message_delta":
        if (message !== undefined) Object.assign(message, event.delta, { usage: { ...message.usage, ...event.usage } });
        break;
      default:
        break;
    }
  }
  return message;
}

function extend(block: Block, delta: BlockDelta): void {
  if (delta.type === "text_delta" && "text" in block) block.text += delta.text;
  else if (delta.type === "thinking_delta" && "thinking" in block) block.thinking += delta.thinking;
  else if (delta.type === "signature_delta" && "signature" in block) block.signature = delta.signature;
}

/** Arguments that were cut off by the limit stay out: stop_reason says so, and half of them must not be run. */
function parseInput(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return {};
  }
}
