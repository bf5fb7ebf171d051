import { describe, expect, it } from "@jest/globals";
import { IMAGE_NOT_SEEN } from "@switchyard/translation";

import { edit } from "./__fixtures__/edit.ts";

const IMAGE = { type: "image", source: { type: "base64", media_type: "image/png", data: "aGk=" } };
const SENTENCE = { type: "text", text: IMAGE_NOT_SEEN };

function conversation(image: unknown) {
  return {
    model: "claude-opus-4-8",
    messages: [
      { role: "user", content: [{ type: "text", text: 'a word about "image"' }, image] },
      { role: "assistant", content: [{ type: "tool_use", id: "t", name: "Read", input: { type: "image" } }] },
      {
        role: "user",
        content: [{ type: "tool_result", tool_use_id: "t", content: [image, { type: "text", text: "x" }] }],
      },
    ],
  };
}

describe("images for a Messages-shaped model that sees none", () => {
  it("become a sentence, in turns and in tool results, and nothing else changes", () => {
    const { text, codes } = edit(conversation(IMAGE), { blind: true });
    expect(text).toBe(JSON.stringify(conversation(SENTENCE)));
    expect(codes).toEqual(["image-not-seen"]);
  });

  it("stay byte for byte where the model sees", () => {
    expect(edit(conversation(IMAGE)).text).toBe(JSON.stringify(conversation(IMAGE)));
  });

  it("are not looked for in conversations without any", () => {
    const { codes } = edit(
      { model: "claude-opus-4-8", messages: [{ role: "user", content: "image" }] },
      { blind: true },
    );
    expect(codes).toEqual([]);
  });
});
