import { describe, expect, it } from "@jest/globals";

import { readFacts, writeFacts } from "./facts-header.ts";
import { readRequestFacts } from "./request-facts.ts";
import { scanBody } from "./span-scanner.ts";

const body = {
  model: "modèle \u{1f600}",
  max_tokens: 10,
  stream: true,
  thinking: { type: "adaptive" },
  metadata: { user_id: '{"session_id":"s-1"}' },
  messages: [{ role: "user", content: "x" }],
};

describe("facts between gateway and provider service", () => {
  it("come out as they went in, in characters that any header takes", () => {
    const facts = readRequestFacts(scanBody(Buffer.from(JSON.stringify(body))));
    const text = writeFacts(facts);
    expect(text).toMatch(/^[\x20-\x7e]+$/);
    expect(readFacts(text)).toEqual(facts);
  });

  it.each([undefined, "", "{", "null", "[]", '{"model":"m"}', '{"model":1,"stream":true}'])(
    "are none where %j stands",
    (text) => {
      expect(readFacts(text)).toBeUndefined();
    },
  );
});
