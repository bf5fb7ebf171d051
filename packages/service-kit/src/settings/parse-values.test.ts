import { describe, expect, it } from "@jest/globals";
import {
  parseBoolean,
  parseBytes,
  parseChoice,
  parseCount,
  parseDollars,
  parseDuration,
  parseInteger,
  parseNumber,
  parseShare,
  parseText,
  parseTextList,
  parseTokens,
  parseUrl,
} from "./parse-values.ts";

describe("values", () => {
  it.each([
    ["8192", 8192],
    [8192, 8192],
    ["8k", 8192],
    ["128K", 131_072],
    ["1.5k", 1536],
    ["1m", 1_048_576],
    ["100_000", 100_000],
  ])("%j is %d tokens", (raw, tokens) => {
    expect(parseTokens(raw)).toEqual({ value: tokens });
  });

  it.each(["", "k", "-8k", "8 kilo", "0", "1.3", "8kk", "NaN", {}, []])("%j is no number of tokens", (raw) => {
    expect(parseTokens(raw)).toHaveProperty("problem");
  });

  it.each([
    [90, "s", 90_000],
    ["90", "s", 90_000],
    ["0.5", "s", 500],
    ["0", "s", 0],
    ["1500", "ms", 1500],
    ["500ms", "s", 500],
    ["30s", "ms", 30_000],
    ["5m", "s", 300_000],
    ["1h", "s", 3_600_000],
  ] as const)("%j in %s is %d ms", (raw, unit, ms) => {
    expect(parseDuration(unit)(raw)).toEqual({ value: ms });
  });

  it.each(["", "soon", "-1", "5 days", "1e3", "999h", true, null])("%j is no duration", (raw) => {
    expect(parseDuration("s")(raw)).toHaveProperty("problem");
  });

  it.each([
    ["32mb", 33_554_432],
    ["10kb", 10_240],
    ["512", 512],
    [512, 512],
  ])("%j is %d bytes", (raw, bytes) => {
    expect(parseBytes(raw)).toEqual({ value: bytes });
  });

  it.each([
    ["true", true],
    ["YES", true],
    [1, true],
    [true, true],
    ["off", false],
    ["0", false],
    [false, false],
  ])("%j is %j", (raw, value) => {
    expect(parseBoolean(raw)).toEqual({ value });
  });

  it.each(["", "maybe", "2", null])("%j is neither yes nor no", (raw) => {
    expect(parseBoolean(raw)).toHaveProperty("problem");
  });

  it.each([
    ["https://api.example.org/v1", "https://api.example.org/v1"],
    ["https://api.example.org/v1///", "https://api.example.org/v1"],
    [" http://127.0.0.1:11434/ ", "http://127.0.0.1:11434"],
  ])("%j is the address %s", (raw, value) => {
    expect(parseUrl(raw)).toEqual({ value });
  });

  it.each([
    "",
    "api.example.org",
    "ftp://example.org",
    "https://u:p@example.org",
    "https://example.org/?key=1",
    "https://example.org/#a",
  ])("%j is no base address", (raw) => {
    expect(parseUrl(raw)).toHaveProperty("problem");
  });

  it("an address with a credential in it is refused without repeating it", () => {
    expect(JSON.stringify(parseUrl("https://me:hunter2@example.org"))).not.toContain("hunter2");
  });

  it.each([["3.5"], ["3x"], [""], ["-1"], ["11"], [null]])("%j is no whole number from 0 to 10", (raw) => {
    expect(parseInteger(0, 10)(raw)).toHaveProperty("problem");
  });

  it.each([
    ["50_000", 50_000],
    [" 7 ", 7],
    [1e6, 1_000_000],
  ])("%j counts %d", (raw, value) => {
    expect(parseCount(raw)).toEqual({ value });
  });

  it.each(["0", "-5", "1.5", "8k", "_5", "5_", "1__0", "", null])("%j is no count", (raw) => {
    expect(parseCount(raw)).toHaveProperty("problem");
  });

  it.each([
    ["0.8", 0.8],
    [1, 1],
    [0, 0],
    ["80%", 0.8],
    ["12.5 %", 0.125],
  ])("%j is the part %d", (raw, value) => {
    expect(parseShare(raw)).toEqual({ value });
  });

  it.each(["1.01", "101%", "-0.1", "", "%", "half", "0x1", null])("%j is no part of a whole", (raw) => {
    expect(parseShare(raw)).toHaveProperty("problem");
  });

  it.each([
    ["1.0", 1_000_000_000],
    ["$0.25", 250_000_000],
    [0.000_001, 1000],
    ["1e-9", 1],
    [3, 3_000_000_000],
  ])("%j dollars are %d nano-dollars", (raw, value) => {
    expect(parseDollars(raw)).toEqual({ value });
  });

  it.each(["0", "-1", "", "1 EUR", "1e99", "$", null])("%j is no amount in dollars", (raw) => {
    expect(parseDollars(raw)).toHaveProperty("problem");
  });

  it.each([["-0.1"], ["10.1"], ["Infinity"], ["0x5"], [""], [null]])("%j is no number from 0 to 10", (raw) => {
    expect(parseNumber(0, 10)(raw)).toHaveProperty("problem");
  });

  it("a choice is found whatever its case", () => {
    expect(parseChoice("never", "always")(" Never ")).toEqual({ value: "never" });
    expect(parseChoice("never", "always")("sometimes")).toEqual({
      problem: '"sometimes" is not one of the choices',
      remedy: "Write one of: never, always.",
    });
  });

  it.each([
    ["a, b ,,c", ["a", "b", "c"]],
    [
      ["a", 1],
      ["a", "1"],
    ],
    ["", []],
  ])("%j is the list %j", (raw, value) => {
    expect(parseTextList(raw)).toEqual({ value });
  });

  it.each([[["a", {}]], [[null]]])("%j is no list of texts", (raw) => {
    expect(parseTextList(raw)).toHaveProperty("problem");
  });

  it.each([[{}], [true], [""], ["   "]])("%j is no text", (raw) => {
    expect(parseText(raw)).toHaveProperty("problem");
  });

  it("a long wrong value is not repeated whole, for it may be a secret in the wrong place", () => {
    expect(JSON.stringify(parseTokens("sk-ant-api03-abcdefghijklmnopqrstuvwxyz"))).not.toContain("klmnop");
  });
});
