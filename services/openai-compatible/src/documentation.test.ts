import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { loadSettings } from "@switchyard/service-kit";

const page = readFileSync(fileURLToPath(new URL("../../../docs/providers.md", import.meta.url)), "utf8");
const examples = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text]) => text ?? "");

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "providers-doc-"));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

function loadExample(word: string) {
  const text = examples.find((example) => example.includes(word)) ?? "";
  const configPath = join(directory, "switchyard.yaml");
  writeFileSync(configPath, text);
  const env = { AZURE_API_KEY: "azure-key-of-the-example", HOUSE_API_KEY: "house-key-of-the-example" };
  return loadSettings({ cwd: directory, env, configPath });
}

describe("the examples of docs/providers.md", () => {
  it("are these three", () => {
    expect(examples).toHaveLength(3);
  });

  it.each([
    ["vertex-eu", ["vertex", "vertex-eu"]],
    ["prod-eu", ["azure"]],
    ["house-coder", ["house"]],
  ])("%s is read without a warning", (word, names) => {
    const { providers, warnings } = loadExample(word);
    const named = providers.filter(({ name }) => names.includes(name));
    expect(named.map(({ enabled }) => enabled)).toEqual(names.map(() => true));
    expect(warnings).toEqual([]);
  });

  it("says a deployment's model by model_id and its name by model_name", () => {
    const azure = loadExample("prod-eu").providers.find(({ name }) => name === "azure");
    expect(azure?.customModels[0]).toMatchObject({ modelId: "gpt-5.6-sol", modelName: "prod-eu" });
    expect(azure?.models.big).toEqual(["prod-eu"]);
  });
});
