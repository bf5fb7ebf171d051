import { describe, expect, it } from "@jest/globals";
import { expandTree, expandVariables } from "./expand-variables.ts";

const variables: Readonly<Record<string, string>> = { KEY: "k1", HOST: "h", EMPTY: "" };
const lookup = (name: string): string | undefined => variables[name];

describe("expandVariables", () => {
  it.each([
    ["${KEY}", "k1"],
    ["Bearer ${KEY}", "Bearer k1"],
    ["https://${HOST}:${PORT:-8080}/${KEY}", "https://h:8080/k1"],
    ["${EMPTY:-full}", "full"],
    ["${NONE:-}", ""],
    ["${NONE:-a:-b}", "a:-b"],
    ["$KEY costs $5", "$KEY costs $5"],
    ["$${KEY}", "${KEY}"],
    ["${not a name}", "${not a name}"],
    ["", ""],
  ])("%j becomes %j", (text, expanded) => {
    expect(expandVariables(text, lookup)).toEqual({ text: expanded, missing: [] });
  });

  it("names every variable that is missing", () => {
    expect(expandVariables("${A}-${KEY}-${B}", lookup).missing).toEqual(["A", "B"]);
  });

  it("takes an empty variable for a missing one", () => {
    expect(expandVariables("${EMPTY}", lookup).missing).toEqual(["EMPTY"]);
  });
});

describe("expandTree", () => {
  it("expands every string, however deep, and leaves the rest alone", () => {
    const { tree, missing } = expandTree({ a: [{ b: "${KEY}" }, 1, null], c: true }, lookup);
    expect(tree).toEqual({ a: [{ b: "k1" }, 1, null], c: true });
    expect(missing).toEqual([]);
  });

  it("leaves out what lacks a variable, and says where", () => {
    const { tree, missing } = expandTree({ list: [{ key: "${NONE}", name: "x" }] }, lookup);
    expect(tree).toEqual({ list: [{ name: "x" }] });
    expect(missing).toEqual([{ path: ["list", 0, "key"], variables: ["NONE"] }]);
  });
});
