import { describe, expect, it } from "@jest/globals";

import type { AnthropicEdits } from "../../provider.ts";
import { planBetas } from "./beta-header.ts";

const EDITS: AnthropicEdits = { model: { set: "m" }, claude: true, plain: false };
const refusing = (...refused: string[]): AnthropicEdits => ({
  ...EDITS,
  removeBetas: (beta) => refused.includes(beta),
});

const renameBeta = (beta: string) => (beta.startsWith("old") ? "new" : beta);

describe("planBetas", () => {
  it("leaves the header as the client wrote it where nothing is refused", () => {
    expect(planBetas("b, a,unheard-of", EDITS)).toEqual({ header: "b, a,unheard-of", removed: [] });
    expect(planBetas("b, a", refusing("c"))).toEqual({ header: "b, a", removed: [] });
    expect(planBetas(undefined, refusing("c"))).toEqual({ header: undefined, removed: [] });
  });

  it("leaves refused values out and tells which", () => {
    expect(planBetas("a, b,c", refusing("b"))).toEqual({ header: "a,c", removed: ["b"] });
  });

  it("does not tell a refused name whose feature is there all the same: its fields stay", () => {
    const edits = { ...refusing("a", "b"), keepFieldsOf: (beta: string) => beta === "a" };
    expect(planBetas("a,b,c", edits)).toEqual({ header: "c", removed: ["b"] });
    expect(planBetas("a", edits)).toEqual({ header: undefined, removed: [] });
  });

  it("has no header when nothing is left", () => {
    expect(planBetas("a,b", refusing("a", "b"))).toEqual({ header: undefined, removed: ["a", "b"] });
  });

  it("uses the upstream's own names, once each", () => {
    expect(planBetas("old1,x,old2", { ...EDITS, renameBeta })).toEqual({ header: "new,x", removed: [] });
  });
});
