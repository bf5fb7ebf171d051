import { describe, expect, it } from "@jest/globals";
import { createSwitchWalk } from "./providers.ts";

describe("createSwitchWalk", () => {
  it.each([2, 3, 5, 9])("goes over every ordered pair of %i names exactly once", (count) => {
    const names = Array.from({ length: count }, (_, index) => `p${index}`);
    const walk = createSwitchWalk(names);
    const pairs = walk.slice(1).map((to, index) => `${walk[index]}→${to}`);
    expect(pairs).toHaveLength(count * (count - 1));
    expect(new Set(pairs).size).toBe(pairs.length);
    expect(pairs.every((pair) => pair.split("→")[0] !== pair.split("→")[1])).toBe(true);
  });
});
