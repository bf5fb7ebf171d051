import { describe, expect, it } from "@jest/globals";
import { assert, integer, property, string, uniqueArray } from "fast-check";

import { createToolNames } from "./tool-names.ts";

const LONG = `mcp__some_server_with_a_long_name__${"tool_".repeat(12)}x`;

describe("tool names", () => {
  it.each(["Bash", "mcp__github__create_issue", "_x", "a-b"])("keeps %s, which every upstream takes", (name) => {
    expect(createToolNames([name], 64).toUpstream(name)).toBe(name);
  });

  it.each([LONG, "mcp__server.name__tool", "3d_render", "werkzeug für alles", "💥", ""])(
    "shortens %j reversibly",
    (name) => {
      const names = createToolNames([name], 64);
      const upstream = names.toUpstream(name);
      expect(upstream).toMatch(/^[a-zA-Z_][a-zA-Z0-9_-]{0,63}$/);
      expect(names.toClient(upstream)).toBe(name);
    },
  );

  it("gives a name the same short form in every request, whatever stands beside it", () => {
    const alone = createToolNames([LONG], 64).toUpstream(LONG);
    expect(createToolNames(["Bash", "a.b", LONG], 64).toUpstream(LONG)).toBe(alone);
    expect(createToolNames([], 64).toUpstream(LONG)).toBe(alone);
  });

  it("keeps two names apart that differ only behind the cut or in a replaced character", () => {
    const names = createToolNames([`${LONG}1`, `${LONG}2`, "a.b", "a:b"], 64);
    const upstream = [`${LONG}1`, `${LONG}2`, "a.b", "a:b"].map((name) => names.toUpstream(name));
    expect(new Set(upstream).size).toBe(4);
  });

  it("lets a legal name keep itself when it equals another's short form", () => {
    const short = createToolNames(["a.b"], 64).toUpstream("a.b");
    const names = createToolNames(["a.b", short], 64);
    expect(names.toUpstream(short)).toBe(short);
    expect(names.toUpstream("a.b")).not.toBe(short);
    expect(names.toClient(names.toUpstream("a.b"))).toBe("a.b");
  });

  it("takes in names of the history that are no tools any more", () => {
    const names = createToolNames(["Bash"], 64);
    const upstream = names.toUpstream("gone.tool");
    expect(names.toClient(upstream)).toBe("gone.tool");
  });

  it("passes on a name that the model made up", () => {
    expect(createToolNames(["Bash"], 64).toClient("bash")).toBe("bash");
  });

  it("is injective and reversible for any set of names and any limit", () => {
    assert(
      property(
        uniqueArray(string({ unit: "grapheme", maxLength: 90 })),
        integer({ min: 16, max: 128 }),
        (all, limit) => {
          const names = createToolNames(all.slice(0, all.length / 2), limit);
          const upstream = all.map((name) => names.toUpstream(name));
          expect(new Set(upstream).size).toBe(all.length);
          for (const [index, name] of all.entries()) {
            expect(upstream[index]).toMatch(/^[a-zA-Z_][a-zA-Z0-9_-]*$/);
            expect(upstream[index]?.length).toBeLessThanOrEqual(limit);
            expect(names.toClient(upstream[index] ?? "")).toBe(name);
          }
        },
      ),
    );
  });
});
