import { describe, expect, it } from "@jest/globals";

import { linkModule } from "./link-modules.ts";

describe("imports of a module that browsers load", () => {
  it.each([
    ['import { h } from "preact";', "page/main.ts", 'import { h } from "../lib/preact.mjs";'],
    ['import { html } from "htm/preact";', "page/parts/table.ts", 'import { html } from "../../lib/htm-preact.mjs";'],
    ['import{options as n}from"preact";', "lib/preact-hooks.mjs", 'import{options as n}from"./preact.mjs";'],
    ['import("echarts").then(draw)', "page/parts/chart.ts", 'import("../../lib/echarts.mjs").then(draw)'],
    ["export { h } from 'preact';", "page/a.ts", "export { h } from '../lib/preact.mjs';"],
    ['import "preact";', "page/a.ts", 'import "../lib/preact.mjs";'],
    ['import { a } from "./a.ts";', "page/b.ts", 'import { a } from "./a.ts";'],
    ['import { a } from "../src/view/a.ts";', "page/b.ts", 'import { a } from "../src/view/a.ts";'],
    ["const from = 'preact';", "page/a.ts", "const from = 'preact';"],
  ])("%s in %s", (source, asset, linked) => {
    expect(linkModule(source, asset)).toBe(linked);
  });

  it.each(["node:fs", "lodash", "@switchyard/wire", "/etc/passwd", "https://cdn.example/x.js"])(
    "of %s are refused: the page would not load",
    (specifier) => {
      expect(() => linkModule(`import x from "${specifier}";`, "page/a.ts")).toThrow(`page/a.ts imports ${specifier}`);
    },
  );
});
