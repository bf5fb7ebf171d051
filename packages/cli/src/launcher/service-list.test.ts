import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "@jest/globals";
import { loadSettings } from "@switchyard/service-kit";
import { listMeshServices } from "./service-list.ts";

const ROOT = fileURLToPath(new URL("../../../../", import.meta.url));

const listOf = (env: Record<string, string> = {}) => listMeshServices(loadSettings({ cwd: "/nowhere", env }));
const namesOf = (env?: Record<string, string>) => listOf(env).map(({ name }) => name);

describe("the services of a mesh", () => {
  it("are the gateway, the cost worker and those of the providers, in this order", () => {
    expect(namesOf()).toEqual(["gateway", "cost-worker", "anthropic", "vertex", "openrouter", "github-models"]);
  });

  it("have entries that exist", () => {
    const entries = listOf({ OPENAI_API_KEY: "k" }).map(({ entry }) => entry);
    expect(entries.filter((entry) => !existsSync(ROOT + entry))).toEqual([]);
  });

  it("say which variable moves each port", () => {
    const env = { COST_WORKER_PORT: "18090", GITHUB_MODELS_PORT: "18082" };
    expect(listOf(env).flatMap(({ ports }) => ports)).toMatchObject([
      { port: 8080, variable: "GATEWAY_PORT" },
      { port: 18_090, variable: "COST_WORKER_PORT" },
      { port: 8083, variable: "ANTHROPIC_PORT" },
      { port: 8081, variable: "VERTEX_PORT" },
      { port: 8084, variable: "OPENROUTER_PORT" },
      { port: 18_082, variable: "GITHUB_MODELS_PORT" },
    ]);
  });

  it("share a process where one serves several providers", () => {
    const service = listOf({ OPENAI_API_KEY: "k", DEEPSEEK_API_KEY: "k" }).find(
      ({ name }) => name === "openai-compatible",
    );
    expect(service?.ports.map(({ name }) => name)).toEqual(["openai", "deepseek"]);
  });

  it.each([
    ["http://costs.internal:8090", false],
    ["http://127.0.0.1:9999", false],
    ["https://127.0.0.1", false],
    ["http://localhost:8090", true],
    ["http://[::1]:8090/", true],
  ])("with the cost worker at %s: it is among them: %s", (url, here) => {
    expect(namesOf({ COST_WORKER_URL: url }).includes("cost-worker")).toBe(here);
  });

  it("include the cost worker at the address that all listen on", () => {
    const env = { SWITCHYARD_HOST: "10.0.0.7", COST_WORKER_URL: "http://10.0.0.7:8090" };
    expect(listOf(env).find(({ name }) => name === "cost-worker")).toMatchObject({ host: "10.0.0.7" });
  });

  it("need each other, but for the cost worker, whose absence costs no answer", () => {
    const optional = listOf().filter(({ without }) => without !== undefined);
    expect(optional.map(({ name }) => name)).toEqual(["cost-worker"]);
    expect(optional[0]?.without).toContain("/nowhere/.switchyard/outbox");
  });
});
