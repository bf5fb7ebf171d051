import { describe, expect, it } from "@jest/globals";

import { createLearntRejections } from "./learnt-rejections.ts";

const HOUR = 3_600_000;
const field = (name: string) => ({ kind: "field", name }) as const;

describe("what a service has learnt", () => {
  it("is known for that model alone, and for an hour", () => {
    let now = 1000;
    const learnt = createLearntRejections(() => now);
    learnt.learn("a", [field("x"), { kind: "beta", name: "b-1" }]);
    expect(learnt.of("a").map(({ name }) => name)).toEqual(["x", "b-1"]);
    expect(learnt.of("b")).toEqual([]);
    now += HOUR - 1;
    expect(learnt.of("a")).toHaveLength(2);
    now += 1;
    expect(learnt.of("a")).toEqual([]);
    expect(learnt.all().size).toBe(0);
  });

  it("lasts longer where it is learnt again, and stands there once", () => {
    let now = 0;
    const learnt = createLearntRejections(() => now);
    learnt.learn("a", [field("x")]);
    now = HOUR / 2;
    learnt.learn("a", [field("x")]);
    now = HOUR + 1;
    expect(learnt.of("a")).toEqual([{ kind: "field", name: "x", expiresAt: 1.5 * HOUR }]);
  });

  it("holds nothing of a conversation: thinking that was issued elsewhere is refused there only", () => {
    const learnt = createLearntRejections();
    learnt.learn("a", [field("thinking_signature"), field("thinking_in_tool_loop")]);
    expect(learnt.all().size).toBe(0);
  });

  it("is bounded, whatever an upstream names", () => {
    const learnt = createLearntRejections();
    learnt.learn(
      "a",
      Array.from({ length: 1000 }, (_, index) => field(`f${index}`)),
    );
    expect(learnt.of("a").length).toBeLessThanOrEqual(32);
  });
});
