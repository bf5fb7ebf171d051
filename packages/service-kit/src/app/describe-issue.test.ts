import { describe, expect, it } from "@jest/globals";
import { z } from "zod";

import { describeIssue } from "./describe-issue.ts";

const schema = z.strictObject({
  name: z.string().min(1).max(3).optional(),
  list: z.array(z.string()).min(1).max(2).optional(),
  sums: z.record(z.string(), z.number()).optional(),
  count: z.number().int().positive().max(9).optional(),
  least: z.number().min(2).lt(4).optional(),
  strict: z.boolean().optional(),
  kind: z.enum(["refuse", "cheaper"]).nullable().optional(),
});

function problemsOf(input: unknown, of: z.ZodType = schema): string[] {
  const parsed = of.safeParse(input, { reportInput: false });
  return parsed.success ? [] : parsed.error.issues.map(describeIssue);
}

describe("a schema's finding", () => {
  it.each([
    [{ name: 5 }, "name: Input should be a valid string"],
    [{ name: "" }, "name: Input should not be empty"],
    [{ name: "abcd" }, "name: Input should have at most 3 characters"],
    [{ list: {} }, "list: Input should be a list"],
    [{ list: [1] }, "list.0: Input should be a valid string"],
    [{ list: [] }, "list: Input should not be empty"],
    [{ list: ["a", "b", "c"] }, "list: Input should have at most 2 entries"],
    [{ sums: [] }, "sums: Input should be an object"],
    [{ count: 1.5 }, "count: Input should be a whole number"],
    [{ count: 0 }, "count: Input should be more than 0"],
    [{ count: 10 }, "count: Input should be at most 9"],
    [{ least: 1 }, "least: Input should be at least 2"],
    [{ least: 4 }, "least: Input should be less than 4"],
    [{ strict: "yes" }, "strict: Input should be true or false"],
    [{ kind: "dear" }, "kind: Input should be one of refuse, cheaper"],
    [{ frob: 1, other: 2 }, "body: Unknown: frob, other"],
    [[], "body: Input should be an object"],
  ])("%j is told as %s", (input, told) => {
    expect(problemsOf(input)).toEqual([told]);
  });

  it("tells what is absent from what is of another type", () => {
    const required = z.object({ providers: z.array(z.string()) });
    expect(problemsOf({}, required)).toEqual(["providers: Field required"]);
    expect(problemsOf({ providers: null }, required)).toEqual(["providers: Input should be a list"]);
  });

  it("leaves a schema's own words as they are", () => {
    const own = z.string().refine(() => false, { message: "This date is over" });
    expect(problemsOf("x", z.object({ expires: own }))).toEqual(["body: Input should be an object"]);
    expect(problemsOf({ expires: "x" }, z.object({ expires: own }))).toEqual(["expires: This date is over"]);
  });
});
