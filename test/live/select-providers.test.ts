import os from "node:os";
import { describe, expect, it } from "@jest/globals";
import { loadSettings } from "@switchyard/service-kit";
import { SIMULATOR_KINDS } from "@switchyard/simulators";
import { OptionsError } from "./live-options.ts";
import { selectProviders } from "./select-providers.ts";
import { WHAT_TO_SET } from "./what-to-set.ts";

/** The settings of somebody who has set just this. */
function settingsOf(env: Readonly<Record<string, string>>) {
  return loadSettings({ cwd: os.tmpdir(), env: { ...env, SWITCHYARD_DEMO: "0" } }).providers;
}

describe("selectProviders", () => {
  it("leaves everybody out while nothing is set, each with what to set", () => {
    const { usable, left } = selectProviders(settingsOf({}), []);
    expect(usable).toEqual([]);
    expect(left.map(({ name }) => name).toSorted()).toEqual([...SIMULATOR_KINDS].toSorted());
    for (const { reason } of left) expect(reason).toMatch(/^set [A-Z_]{8,}/);
  });

  it.each([
    ["anthropic", { ANTHROPIC_UPSTREAM_API_KEY: "sk-ant-api03-x" }],
    ["vertex", { GOOGLE_CLOUD_PROJECT: "some-project", VERTEX_ACCESS_TOKEN: "ya29.x" }],
    ["openrouter", { OPENROUTER_API_KEY: "sk-or-v1-x" }],
    ["openai", { OPENAI_API_KEY: "sk-x" }],
    ["azure", { AZURE_API_KEY: "x", AZURE_BASE_URL: "https://some.openai.azure.com" }],
    ["gemini", { GEMINI_API_KEY: "AIza-x" }],
    ["deepseek", { DEEPSEEK_API_KEY: "sk-x" }],
    ["github-models", { GITHUB_TOKEN: "ghp_x", GITHUB_MODELS_BASE_URL: "https://models.example.com" }],
    ["ollama", { OLLAMA_BASE_URL: "http://127.0.0.1:11434" }],
  ])("asks %s once what its reason names is set", (name, env: Record<string, string>) => {
    const { usable, left } = selectProviders(settingsOf(env), []);
    expect(usable.map((settings) => settings.name)).toEqual([name]);
    expect(left.map((one) => one.name)).not.toContain(name);
    for (const variable of Object.keys(env)) expect(WHAT_TO_SET[name]).toContain(variable);
  });

  it("asks only those that are wanted", () => {
    const providers = settingsOf({ OPENAI_API_KEY: "sk-x", DEEPSEEK_API_KEY: "sk-y" });
    const { usable, left } = selectProviders(providers, ["deepseek", "gemini"]);
    expect(usable.map(({ name }) => name)).toEqual(["deepseek"]);
    expect(left).toEqual([{ name: "gemini", reason: "set GEMINI_API_KEY" }]);
  });

  it("refuses a name that nobody has, and says which there are", () => {
    expect(() => selectProviders([], ["openia"])).toThrow(OptionsError);
    expect(() => selectProviders([], ["openia"])).toThrow(/openia; there are .*openai/);
  });

  it("never asks a simulator", () => {
    const demo = loadSettings({
      cwd: os.tmpdir(),
      env: { SWITCHYARD_DEMO: "1", SWITCHYARD_SIMULATOR_OPENAI_URL: "http://127.0.0.1:9105" },
    });
    expect(demo.providers.some(({ simulated }) => simulated)).toBe(true);
    expect(selectProviders(demo.providers, []).usable).toEqual([]);
  });

  it("does not ask with a credential that only clients have", () => {
    const { usable, left } = selectProviders(settingsOf({ ANTHROPIC_CREDENTIAL: "client" }), ["anthropic"]);
    expect(usable).toEqual([]);
    expect(left[0]?.reason).toContain("clients' own");
  });
});
