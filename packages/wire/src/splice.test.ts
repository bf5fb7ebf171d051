import { describe, expect, it } from "@jest/globals";
import * as fc from "fast-check";
import { scanBody } from "./span-scanner.ts";
import { fieldEdits, removalEdits, spliceBody } from "./splice.ts";

function change(text: string, changes: Parameters<typeof fieldEdits>[1]): string {
  const body = Buffer.from(text);
  return spliceBody(body, fieldEdits(scanBody(body), changes)).toString();
}

describe("spliceBody", () => {
  it("replaces, inserts and removes, in whatever order the edits come", () => {
    const edits = [
      { start: 6, end: 6, replacement: "!" },
      { start: 0, end: 1, replacement: Buffer.from("é") },
      { start: 3, end: 6, replacement: "" },
    ];
    expect(spliceBody(Buffer.from("abcdef"), edits).toString()).toBe("ébc!");
  });

  it("gives the very same body back when there is nothing to edit", () => {
    const body = Buffer.from("{}");
    expect(spliceBody(body, [])).toBe(body);
  });

  it("throws on edits that overlap or reach outside", () => {
    const body = Buffer.from("abcdef");
    const overlapping = [
      { start: 0, end: 3, replacement: "x" },
      { start: 2, end: 4, replacement: "y" },
    ];
    expect(() => spliceBody(body, overlapping)).toThrow("overlap at byte 2");
    expect(() => spliceBody(body, [{ start: 4, end: 7, replacement: "" }])).toThrow(RangeError);
    expect(() => spliceBody(body, [{ start: 4, end: 3, replacement: "" }])).toThrow(RangeError);
  });
});

describe("fieldEdits", () => {
  it("sets a field in its place and leaves every other byte alone", () => {
    expect(change('{ "1":12345678901234567890 ,"model" : "a","0": {} }', { set: { model: '"b"' } })).toBe(
      '{ "1":12345678901234567890 ,"model" : "b","0": {} }',
    );
  });

  it("adds what is absent behind the last field, or into an empty object", () => {
    expect(change('{"a":1 }', { set: { b: "2", c: "[]" } })).toBe('{"a":1,"b":2,"c":[] }');
    expect(change("{ }", { set: { b: "2" } })).toBe('{"b":2 }');
  });

  it("removes every occurrence of a repeated field", () => {
    expect(change('{"a":1,"b":2,"a":3}', { remove: ["a"] })).toBe('{"b":2}');
  });

  it("sets the last of repeated fields, the one that counts", () => {
    expect(change('{"a":1,"a":2}', { set: { a: "3" } })).toBe('{"a":1,"a":3}');
  });

  it("leaves valid JSON with exactly the wanted fields, whatever is set and removed together", () => {
    const names = fc.constantFrom("a", "b", "c", "d", "e");
    const objects = fc.dictionary(names, fc.jsonValue({ maxDepth: 1 }));
    fc.assert(
      fc.property(
        objects,
        fc.dictionary(names, fc.integer()),
        fc.subarray(["a", "b", "c", "d", "e"]),
        (value, set, gone) => {
          const remove = gone.filter((name) => !(name in set));
          const json = Object.fromEntries(Object.entries(set).map(([name, number]) => [name, String(number)]));
          for (const indent of [0, 2]) {
            const expected: Record<string, unknown> = { ...(JSON.parse(JSON.stringify(value)) as object), ...set };
            for (const name of remove) delete expected[name];
            expect(JSON.parse(change(JSON.stringify(value, undefined, indent), { set: json, remove }))).toEqual(
              expected,
            );
          }
        },
      ),
    );
  });
});

describe("removalEdits", () => {
  it("takes elements out of an array with the right commas, whichever they are", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.jsonValue({ maxDepth: 1 }), fc.boolean()), { maxLength: 6 }), (entries) => {
        const body = Buffer.from(JSON.stringify({ list: entries.map(([value]) => value) }, undefined, 1));
        const scanned = scanBody(body);
        const list = scanned.field("list");
        const elements = list === undefined ? [] : scanned.elements(list);
        const keep = entries.map(([, kept]) => kept);
        const kept = entries
          .filter(([, isKept]) => isKept)
          .map(([value]) => JSON.parse(JSON.stringify(value)) as unknown);
        expect(JSON.parse(spliceBody(body, removalEdits(elements, keep)).toString())).toEqual({ list: kept });
      }),
    );
  });
});
