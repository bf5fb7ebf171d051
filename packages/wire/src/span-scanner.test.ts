import { describe, expect, it } from "@jest/globals";
import * as fc from "fast-check";
import { GatewayError } from "./errors.ts";
import { scanBody } from "./span-scanner.ts";

function scan(text: string) {
  return scanBody(Buffer.from(text));
}

function refusal(body: string | Buffer): string {
  try {
    scanBody(Buffer.from(body));
  } catch (error) {
    if (error instanceof GatewayError && error.status === 400) return error.message;
    throw error;
  }
  throw new Error("was accepted");
}

describe("scanBody", () => {
  it("agrees with JSON.parse about every value of every field", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.constantFrom(undefined, 2), (value, indent) => {
        const scanned = scan(JSON.stringify(value, undefined, indent));
        expect(scanned.fields.map(({ name }) => name)).toEqual(Object.keys(value));
        for (const field of scanned.fields) {
          expect(scanned.parse(field)).toEqual(JSON.parse(JSON.stringify(value[field.name])));
        }
      }),
    );
  });

  it("refuses exactly the truncations of a body", () => {
    const text = JSON.stringify({
      a: [1, 'x\\"y', { b: null }],
      messages: [{ role: "user", content: "é\\\\" }],
      c: -1.5e3,
    });
    for (let end = 0; end < text.length; end += 1) expect(refusal(text.slice(0, end))).toContain("not valid JSON");
    expect(() => scan(text)).not.toThrow();
  });

  it("refuses what JSON.parse refuses, strings' contents apart, and accepts what it accepts", () => {
    const pieces = fc.constantFrom(
      '"a"',
      ":",
      ",",
      "{",
      "}",
      "[",
      "]",
      "1",
      "-",
      "0",
      "01",
      "1.",
      "2e",
      "1e5",
      "true",
      "nul",
      " ",
      "\n",
      '"\\""',
      "messages",
      '"messages"',
      '"tools"',
      '"role"',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
        const text = `{${parts.join("")}}`;
        let legal = true;
        try {
          JSON.parse(text);
        } catch {
          legal = false;
        }
        if (legal) expect(() => scan(text)).not.toThrow();
        else expect(refusal(text)).toContain("not valid JSON");
      }),
      { numRuns: 3000 },
    );
  });

  it("says line, column, byte, what was found and what was expected", () => {
    expect(refusal('{\n  "é": 1,\n  "b" 2}')).toBe(
      'The request body is not valid JSON: expected ":", found "2": line 3 column 7 (byte 19)',
    );
    expect(refusal("")).toBe(
      "The request body is not valid JSON: expected a JSON object, found an empty body: line 1 column 1 (byte 0)",
    );
    expect(refusal('{"a":1} x')).toContain('expected the end of the body, found "x": line 1 column 9 (byte 8)');
    expect(refusal('{"a":"b')).toContain("expected a closing quote for the string that starts at byte 5");
    expect(refusal("[]")).toContain('expected a JSON object, found "["');
    expect(refusal("\u{feff}{}")).toContain("found a byte order mark");
    expect(refusal('{"a":\u0001}')).toContain("found the control character 0x01");
  });

  it("refuses a nesting bomb without running out of stack", () => {
    expect(refusal(`{"a":${"[".repeat(100_000)}`)).toContain("at most 200 levels of nesting");
    expect(refusal(`{"messages":[{"role":"user","content":${'{"a":'.repeat(100_000)}`)).toContain("at most 200 levels");
    expect(() => scan(`{"a":${"[".repeat(199)}${"]".repeat(199)}}`)).not.toThrow();
  });

  it("refuses bytes that are not UTF-8 and names the first", () => {
    const body = Buffer.concat([Buffer.from('{"é":"'), Buffer.from([0xff]), Buffer.from('"}')]);
    expect(refusal(body)).toContain("expected UTF-8 text, found a byte that is not UTF-8: line 1 column 7 (byte 7)");
  });

  it("takes the last of repeated fields, messages and tools included", () => {
    const scanned = scan(
      '{"model":"a","messages":[{"role":"user","content":"1"}],"messages":[],"model":"b","tools":[1],"tools":[]}',
    );
    expect(scanned.readString(scanned.field("model"))).toBe("b");
    expect(scanned.messages).toEqual([]);
    expect(scanned.tools).toEqual([]);
    expect(scanned.fields).toHaveLength(6);
  });

  it("reads names that are spelt with escapes", () => {
    const scanned = scan('{"mod\\u0065l":"x","messages":[{"r\\u006fle":"user","content":[]}]}');
    expect(scanned.readString(scanned.field("model"))).toBe("x");
    expect(scanned.readString(scanned.messages[0]?.role)).toBe("user");
  });

  it("gives spans of messages, their blocks and tools", () => {
    const scanned = scan(
      '{"messages":[{"role":"user","content":[{"type":"text","text":"a]}"}, 5]},7],"tools":[{"name":"A"},{"type":"web_search_20250305","name":"w"}]}',
    );
    const [first, second] = scanned.messages;
    expect(first?.content && scanned.elements(first.content).map((span) => scanned.parse(span))).toEqual([
      { type: "text", text: "a]}" },
      5,
    ]);
    expect(second).toMatchObject({ role: undefined, content: undefined });
    expect(scanned.tools.map(({ type }) => scanned.readString(type))).toEqual([undefined, "web_search_20250305"]);
    expect(scanned.tools.map(({ name }) => scanned.readString(name))).toEqual(["A", "w"]);
  });

  it("keeps long integers and the order of integer-like names out of harm's way", () => {
    const scanned = scan('{"b":12345678901234567890,"1":0}');
    const [first] = scanned.fields;
    expect(first && scanned.body.toString("utf8", first.start, first.end)).toBe("12345678901234567890");
    expect(scanned.fields.map(({ name }) => name)).toEqual(["b", "1"]);
  });

  it("finds the ends of strings longer than any window, escaped quotes on every border included", () => {
    const text = `${"x".repeat(65_530)}${'\\"'.repeat(40_000)}${"y".repeat(70_000)}`;
    for (let shift = 0; shift < 4; shift += 1) {
      const body = { a: "z".repeat(shift), messages: [{ role: "user", content: text }], last: [text, 1] };
      const scanned = scan(JSON.stringify(body));
      expect(scanned.fields.map((field) => scanned.parse(field))).toEqual(Object.values(body));
    }
  });

  it("finds a word wherever it stands, in the body or in a part of it", () => {
    for (const at of [0, 65_500, 65_530, 65_536, 131_060]) {
      const scanned = scan(JSON.stringify({ a: `${"x".repeat(at)}word`, b: "y".repeat(70_000) }));
      expect(scanned.mentions(/word/)).toBe(true);
      expect(scanned.mentions(/word/, scanned.field("a"))).toBe(true);
      expect(scanned.mentions(/word/, scanned.field("b"))).toBe(false);
      expect(scanned.text).toHaveLength(scanned.body.length);
    }
  });

  it("reads nothing of another kind", () => {
    const scanned = scan('{"a":"1","b":1,"c":true,"d":null}');
    expect(scanned.readNumber(scanned.field("a"))).toBeUndefined();
    expect(scanned.readString(scanned.field("b"))).toBeUndefined();
    expect(scanned.readBoolean(scanned.field("d"))).toBeUndefined();
    expect(scanned.readBoolean(scanned.field("c"))).toBe(true);
    expect(scanned.member(scanned.field("b"), "x")).toBeUndefined();
    expect(scanned.field("nothing")).toBeUndefined();
  });
});
