import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { createConfigurationFile, writeProviders } from "./configuration-file.ts";
import { SettingsError } from "./settings.ts";

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(path.join(tmpdir(), "switchyard-configuration-"));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

const YAML = `# Ours.
gateway:
  routing_strategy: cost # cheap first
providers:
  - name: openai # the team's
    api_key: \${OPENAI_TEAM_KEY}
    priority: 3
`;

function write(text: string, name = "switchyard.yaml"): string {
  const file = path.join(cwd, name);
  writeFileSync(file, text);
  return file;
}

const open = (env: Record<string, string> = { OPENAI_TEAM_KEY: "sk-team" }) => createConfigurationFile({ cwd, env });

describe("a change of providers in the file", () => {
  it("keeps comments, references to variables and everything else, and is in force", () => {
    const file = write(YAML);
    const { settings, backup } = open().change([{ name: "OpenAI", priority: 9, timeout: 30 }]);
    expect(readFileSync(file, "utf8")).toBe(YAML.replace("priority: 3", "priority: 9\n    timeout: 30"));
    const openai = settings.providers.find(({ name }) => name === "openai");
    expect([openai?.priority, openai?.timeouts.idleMs]).toEqual([9, 30_000]);
    expect(backup).toBe(`${file}.bak`);
    expect(readFileSync(`${file}.bak`, "utf8")).toBe(YAML);
  });

  it("adds a provider, takes a field out, and leaves a masked secret as it is", () => {
    const text = writeProviders(YAML, [
      { name: "openai", api_key: "***", priority: null },
      { name: "groq", kind: "openai-compatible", base_url: "https://api.example.com/v1", api_key: "***" },
    ]);
    expect(text).toContain("api_key: ${OPENAI_TEAM_KEY}");
    expect(text).not.toContain("priority");
    expect(text).toContain("- name: groq\n    kind: openai-compatible\n    base_url: https://api.example.com/v1\n");
    expect(text).not.toContain("***");
  });

  it("makes the file where there is none, readable by its owner alone", () => {
    const configuration = open({});
    const { backup } = configuration.change([{ name: "openai", api_key: "sk-own" }]);
    expect(backup).toBeUndefined();
    expect(configuration.path()).toBe(path.join(cwd, "switchyard.yaml"));
    expect(statSync(configuration.path()).mode & 0o777).toBe(0o600);
  });

  it("writes JSON into a JSON file, which SWITCHYARD_CONFIG may name", () => {
    write('{"providers": [{"name": "openai", "api_key": "k"}]}', "mine.json");
    const configuration = open({ SWITCHYARD_CONFIG: "mine.json" });
    configuration.change([{ name: "openai", enabled: false }]);
    expect(JSON.parse(readFileSync(configuration.path(), "utf8"))).toEqual({
      providers: [{ name: "openai", api_key: "k", enabled: false }],
    });
  });

  it.each([
    ["an unknown field", [{ name: "openai", priorty: 1 }], /switchyard\.yaml.*priorty/],
    ["a wrong type", [{ name: "openai", priority: "soon" }], /switchyard\.yaml: providers\[0\]\.priority/],
    [
      "one wrong entry among good ones",
      [
        { name: "openai", priority: 1 },
        { name: "azure", port: -1 },
      ],
      /port/,
    ],
  ])("%s: nothing is changed, and the problem is told of the file", (_name, changes, pattern) => {
    const file = write(YAML);
    expect(() => open().change(changes)).toThrow(SettingsError);
    expect(() => open().change(changes)).toThrow(pattern);
    expect(readFileSync(file, "utf8")).toBe(YAML);
    expect(readdirSync(cwd)).toEqual(["switchyard.yaml"]);
  });

  it("a file that cannot be read as it is stays as it is", () => {
    const file = write("providers: [\n");
    expect(() => open().change([{ name: "openai", priority: 1 }])).toThrow(SettingsError);
    expect(readFileSync(file, "utf8")).toBe("providers: [\n");
    expect(existsSync(`${file}.bak`)).toBe(false);
  });
});
