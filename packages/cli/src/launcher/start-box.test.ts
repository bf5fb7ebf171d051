import { describe, expect, it } from "@jest/globals";
import { renderStartBox, type StartBox } from "./start-box.ts";

const BOX: StartBox = {
  version: "0.1.0",
  gateway: "http://127.0.0.1:8080",
  demo: false,
  rows: [
    { name: "anthropic", address: "http://127.0.0.1:8083", on: true, note: "" },
    { name: "github-models", address: "http://127.0.0.1:8082", on: false, note: "set GITHUB_TOKEN" },
  ],
  clientKeyVariable: undefined,
  notices: [],
};

describe("the start box", () => {
  it("draws every line to the same width", () => {
    const widths = new Set(
      renderStartBox(BOX, false)
        .split("\n")
        .map((line) => line.length),
    );
    expect(widths.size).toBe(1);
  });

  it("names each provider, whether it is on, and why not", () => {
    const text = renderStartBox(BOX, false);
    expect(text).toMatch(/anthropic +http:\/\/127\.0\.0\.1:8083 +on/);
    expect(text).toMatch(/github-models +http:\/\/127\.0\.0\.1:8082 +off +set GITHUB_TOKEN/);
  });

  it("tells where the gateway and its dashboard are", () => {
    const text = renderStartBox(BOX, false);
    expect(text).toMatch(/gateway +http:\/\/127\.0\.0\.1:8080 /);
    expect(text).toMatch(/dashboard +http:\/\/127\.0\.0\.1:8080\/dashboard /);
  });

  it("ends with the two lines that point Claude Code here", () => {
    const text = renderStartBox(BOX, false);
    expect(text).toContain("export ANTHROPIC_BASE_URL=http://127.0.0.1:8080");
    expect(text).toContain("export ANTHROPIC_API_KEY=switchyard");
  });

  it("names the variable of the client key, never its value", () => {
    const text = renderStartBox({ ...BOX, clientKeyVariable: "SWITCHYARD_CLIENT_KEY" }, false);
    expect(text).toContain('export ANTHROPIC_API_KEY="$SWITCHYARD_CLIENT_KEY"');
  });

  it("says where each client has a key of its own, unless there is one for all", () => {
    expect(renderStartBox({ ...BOX, ownKeys: true }, false)).toContain("ANTHROPIC_API_KEY=<the client's own key>");
    const both = { ...BOX, ownKeys: true, clientKeyVariable: "SWITCHYARD_CLIENT_KEY" };
    expect(renderStartBox(both, false)).toContain('ANTHROPIC_API_KEY="$SWITCHYARD_CLIENT_KEY"');
  });

  it("says in demo mode that answers are simulated, and does not say so otherwise", () => {
    expect(renderStartBox({ ...BOX, demo: true }, false)).toContain("x-switchyard-simulated");
    expect(renderStartBox(BOX, false)).not.toContain("simulated");
  });

  it("breaks long notices, so that the box keeps the width of its table", () => {
    const notice = `ANTHROPIC_API_KEY: ${"looks like a key of another place and is not used. ".repeat(4)}`.trim();
    const lines = renderStartBox({ ...BOX, notices: [notice] }, false).split("\n");
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    const words = lines.map((line) => line.replaceAll("│", "").trim()).join(" ");
    expect(words).toContain(notice);
  });

  it("colours without changing the width of what is seen", () => {
    // oxlint-disable-next-line no-control-regex -- colours of a terminal begin with one
    const seen = renderStartBox(BOX, true).replaceAll(/\u001b\[\d+m/g, "");
    expect(seen).toBe(renderStartBox(BOX, false));
  });
});
