import { describe, expect, it } from "@jest/globals";
import { closestName } from "./closest-name.ts";

const known = ["base_url", "api_key", "priority", "timeout", "timeouts", "max_retries"];

describe("closestName", () => {
  it.each([
    ["baseUrl", "base_url"],
    ["base-url", "base_url"],
    ["apikey", "api_key"],
    ["prioritty", "priority"],
    ["timout", "timeout"],
    ["maxretry", "max_retries"],
  ])("takes %s for %s", (name, meant) => {
    expect(closestName(name, known)).toBe(meant);
  });

  it.each(["colour", "x", "", "completely_different"])("takes %j for nothing", (name) => {
    expect(closestName(name, known)).toBeUndefined();
  });
});
