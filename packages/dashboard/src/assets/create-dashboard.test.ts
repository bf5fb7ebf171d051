import { existsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

import { beforeAll, describe, expect, it } from "@jest/globals";

import { createDashboard, type Dashboard } from "./create-dashboard.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

describe("the dashboard's assets", () => {
  let dashboard: Dashboard;
  beforeAll(async () => {
    dashboard = await createDashboard();
  });

  const textOf = (asset: string): string => {
    const content = dashboard.find(asset)?.read("identity");
    return Buffer.isBuffer(content) ? content.toString() : "";
  };

  it("have the same version each time, so that browsers keep what they have", async () => {
    expect((await createDashboard()).version).toBe(dashboard.version);
  });

  it("are whole: every module that one of them imports is there", () => {
    const seen = new Set<string>();
    const visit = (asset: string): void => {
      if (seen.has(asset)) return;
      seen.add(asset);
      expect([asset, dashboard.find(asset) !== undefined]).toEqual([asset, true]);
      if (asset === "lib/echarts.mjs") return;
      for (const [, specifier = ""] of textOf(asset).matchAll(/(?:\bfrom\s*|\bimport\s*\(?\s*)"(\.[^"]+)"/g)) {
        visit(path.posix.join(path.posix.dirname(asset), specifier));
      }
    };
    visit("page/main.ts");
    expect(seen.has("lib/preact.mjs") && seen.has("lib/echarts.mjs") && seen.has("src/view/format.ts")).toBe(true);
  });

  it("are what browsers need and nothing else: tests and what reads files stay here", () => {
    for (const asset of ["src/view/format.test.ts", "src/assets/create-dashboard.ts", "page/tsconfig.json"]) {
      expect([asset, existsSync(path.join(ROOT, asset))]).toEqual([asset, true]);
      expect([asset, dashboard.find(asset)]).toEqual([asset, undefined]);
    }
  });

  it("keep their lines: an error in a browser tells the line of the source", () => {
    expect(textOf("page/main.ts").split("\n")[2]).toContain('import { App } from "./app.ts"');
  });
});
