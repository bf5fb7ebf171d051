import { describe, expect, it } from "@jest/globals";
import * as fc from "fast-check";
import { ToolArguments } from "./tool-arguments.ts";

interface Assembled {
  text: string;
  state: string;
  /** How much was sent before the end. */
  early: string;
}

function assemble(pieces: readonly string[], cutOff = false): Assembled {
  const assembled = new ToolArguments();
  const early = pieces.map((piece) => assembled.push(piece)).join("");
  const { rest, state } = assembled.finish(cutOff);
  return { text: early + rest, state, early };
}

/** All arguments so far, as often as there are pieces. */
function cumulate(pieces: readonly string[]): string[] {
  return pieces.map((_, index) => pieces.slice(0, index + 1).join(""));
}

function cutAt(text: string, cuts: readonly number[]): string[] {
  const places = [...new Set(cuts.map((cut) => cut % (text.length + 1)))].toSorted((left, right) => left - right);
  return [0, ...places].map((place, index) => text.slice(place, [...places, text.length][index]));
}

const objects = fc
  .dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 5 })
  .map((value) => JSON.stringify(value));
const cuts = fc.array(fc.nat(500), { maxLength: 8 });

describe("arguments in pieces", () => {
  it("come out as they went in, for any object cut anywhere", () => {
    fc.assert(
      fc.property(objects, cuts, (text, at) => {
        expect(assemble(cutAt(text, at))).toMatchObject({ text, state: "whole" });
      }),
      { numRuns: 500 },
    );
  });

  it("come out once, for any object that is repeated from its beginning with every piece", () => {
    fc.assert(
      fc.property(objects, cuts, (text, at) => {
        expect(assemble(cumulate(cutAt(text, at).filter((piece) => piece !== "")))).toMatchObject({
          text,
          state: "whole",
        });
      }),
      { numRuns: 500 },
    );
  });

  it("are sent as soon as they are certain", () => {
    expect(assemble(['{"a":', '"b', 'c"']).early).toBe('{"a":"bc"');
    expect(assemble(cumulate(['{"a":', '"b', 'c"'])).early).toBe('{"a":"bc"');
  });

  it("that repeat a nested object under the same key are no repetition", () => {
    expect(assemble(['{"a":', '{"a":', "1}}"])).toMatchObject({ text: '{"a":{"a":1}}', state: "whole" });
    expect(assemble(['{"a":', '{"a":1}'])).toMatchObject({ text: '{"a":1}', state: "whole" });
  });
});

describe("arguments that need help", () => {
  it.each([
    ["nothing", [], "{}", "whole"],
    ["blanks", [" ", "\n"], "{}", "whole"],
    ["an empty object", ["{}"], "{}", "whole"],
    ["an empty object before the true one", ["{}", '{"a":', "1}"], '{"a":1}', "whole"],
    ["an empty object in pieces before the true one", ["{", "}", '{"a":1}'], '{"a":1}', "whole"],
    ["null", ["null"], "{}", "repaired"],
    ["an object once more encoded", ['"{\\"a\\":', '1}"'], '{"a":1}', "repaired"],
    ["the object twice", ['{"a":1}', '{"a":1}'], '{"a":1}', "whole"],
    ["something behind the end", ['{"a":1}', "}"], '{"a":1}', "repaired"],
    ["another object behind the end", ['{"a":1}{"b":2}'], '{"a":1}', "repaired"],
    ["a bare line break in a string", ['{"a":"x\n', 'y"}'], '{"a":"x\\ny"}', "repaired"],
    ["a line break between fields", ['{\n"a":1}'], '{\n"a":1}', "whole"],
    ["missing brackets", ['{"a":[{"b":"c"}'], '{"a":[{"b":"c"}]}', "repaired"],
  ])("%s", (_name, pieces, text, state) => {
    expect(assemble(pieces)).toMatchObject({ text, state });
  });

  it.each([
    ['{"a":"b'],
    ['{"a":'],
    ['{"a"'],
    ['{"a":1'],
    ['{"a":tru'],
    ['{"a":1,'],
    ["{"],
    ['{"a":"b\\'],
    ["plain words"],
    ["[1]"],
    ['"words"'],
    ["{a:1}"],
    ["{'a':1}"],
  ])("%s is broken", (text) => {
    expect(assemble([text]).state).toBe("broken");
  });

  it("are never completed where the upstream was cut off", () => {
    expect(assemble(['{"a":["b"'], true)).toMatchObject({ text: '{"a":["b"', state: "broken" });
    expect(assemble(['{"a":1}'], true).state).toBe("whole");
  });
});
