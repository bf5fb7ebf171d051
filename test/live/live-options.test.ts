import { describe, expect, it } from "@jest/globals";
import { OptionsError, parseLiveOptions } from "./live-options.ts";

describe("parseLiveOptions", () => {
  it("asks everybody everything for half a dollar unless it is told otherwise", () => {
    expect(parseLiveOptions([])).toEqual({
      only: [],
      cases: [],
      models: {},
      maxDollars: 0.5,
      list: false,
      help: false,
    });
  });

  it("takes every option", () => {
    const args = "--only openai --only azure --case text --model openai=a=b --max-dollars 0.05 --record out --list";
    expect(parseLiveOptions(args.split(" "))).toEqual({
      only: ["openai", "azure"],
      cases: ["text"],
      models: { openai: "a=b" },
      maxDollars: 0.05,
      record: "out",
      list: true,
      help: false,
    });
  });

  it.each([
    ["--max-dollars", "much"],
    ["--max-dollars", "-1"],
    ["--max-dollars", ""],
    ["--max-dollars", "Infinity"],
  ])("refuses %s %s", (name, value) => {
    expect(() => parseLiveOptions([`${name}=${value}`])).toThrow(OptionsError);
  });

  it.each(["gpt-6-luna", "=gpt-6-luna", "openai="])("refuses --model %s", (value) => {
    expect(() => parseLiveOptions(["--model", value])).toThrow("<provider>=<model id>");
  });

  it("refuses what it does not know", () => {
    expect(() => parseLiveOptions(["--dollars", "5"])).toThrow(OptionsError);
    expect(() => parseLiveOptions(["openai"])).toThrow(OptionsError);
  });
});
