import { describe, expect, it } from "@jest/globals";
import { cleanUpAfterEach, createFolder, keyOf, load, problemsOf, providerOf } from "./load.fixture.ts";
import type { World } from "./load.fixture.ts";
import { loadSettings } from "./load-settings.ts";

cleanUpAfterEach();

describe("sources", () => {
  const yaml =
    "gateway: { port: 9001 }\nlog: { level: debug }\nproviders:\n  - { name: openai, api_key: from-yaml, priority: 7 }\n";

  it("stand over each other: defaults, switchyard.yaml, .env, the environment", () => {
    expect(portOf({})).toBe(8080);
    expect(portOf({ files: { "switchyard.yaml": yaml } })).toBe(9001);
    expect(portOf({ files: { "switchyard.yaml": yaml, ".env": "GATEWAY_PORT=9002" } })).toBe(9002);
    expect(
      portOf({ files: { "switchyard.yaml": yaml, ".env": "GATEWAY_PORT=9002" }, env: { GATEWAY_PORT: "9003" } }),
    ).toBe(9003);
  });

  it("of one provider are put together field by field", () => {
    const settings = load({
      files: {
        "providers.json": { providers: [{ name: "openai", priority: 1, api_key: "from-json", max_retries: 4 }] },
        "switchyard.yaml": yaml,
      },
      env: { OPENAI_API_KEY: "from-env" },
    });
    expect(keyOf(settings, "openai")).toBe("from-env");
    expect(providerOf(settings, "openai")).toMatchObject({ priority: 7, maxRetries: 4 });
  });

  it("may be JSON instead of YAML", () => {
    expect(load({ files: { "switchyard.json": { gateway: { port: 9004 } } } }).gateway.port).toBe(9004);
  });

  it("may be a file that SWITCHYARD_CONFIG names, or the caller", () => {
    const files = { "conf/my.yaml": "gateway: { port: 9005 }", "switchyard.yaml": yaml };
    expect(load({ files, env: { SWITCHYARD_CONFIG: "conf/my.yaml" } }).gateway.port).toBe(9005);
    expect(load({ files, configPath: "conf/my.yaml" }).gateway.port).toBe(9005);
  });

  it("must exist where they are named", () => {
    expect(problemsOf({ env: { SWITCHYARD_CONFIG: "nowhere.yaml" } })).toEqual([
      expect.objectContaining({ path: "SWITCHYARD_CONFIG", problem: "there is no file nowhere.yaml" }),
    ]);
  });

  it("of which several lie there are read once, with a warning", () => {
    const settings = load({ files: { "switchyard.yaml": yaml, "switchyard.json": { gateway: { port: 1 } } } });
    expect(settings.gateway.port).toBe(9001);
    expect(settings.warnings).toEqual([
      expect.objectContaining({ path: "switchyard.yaml", problem: "is read, switchyard.json not" }),
    ]);
  });

  it("that are examples are never read", () => {
    const settings = load({
      files: {
        ".env.example": "GATEWAY_PORT=1\nOPENAI_API_KEY=your-key-here",
        "switchyard.example.yaml": "gateway: { port: 2 }",
        "config/providers.example.json": { providers: [{ name: "openai", priority: 1, api_key: "x" }] },
      },
    });
    expect([settings.gateway.port, settings.demo]).toEqual([8080, true]);
    expect(settings.warnings).toEqual([
      {
        path: "config/providers.example.json",
        problem: "is an example and is not read",
        remedy: "Copy it to config/providers.json.",
      },
    ]);
  });

  it("leave process.env alone", () => {
    const before = { ...process.env };
    load({ files: { ".env": "SWITCHYARD_TEST_VARIABLE=1\nOPENAI_API_KEY=x" } });
    expect(process.env).toEqual(before);
  });

  it("that are empty change nothing", () => {
    expect(load({ files: { "switchyard.yaml": "", ".env": "", "models.yaml": "" } }).gateway.port).toBe(8080);
  });

  it("that are broken are named with line and column, once", () => {
    const [problem, ...others] = problemsOf({ files: { "switchyard.yaml": "gateway:\n  port: [1,\n" } });
    expect(problem?.path).toMatch(/^switchyard\.yaml:\d+:\d+$/);
    expect(others).toEqual([]);
  });
});

describe("problems", () => {
  it("are told all at once, each with its place and what would be right", () => {
    const problems = problemsOf({
      files: {
        "switchyard.yaml": [
          "gatway: { port: 1 }",
          "gateway: { port: eighty, substitution: sometimes, max_body: lots }",
          "providers:",
          "  - { name: openai, baseurl: 'https://x', api_key: '${NOPE_A}', priority: -1 }",
          "  - { kind: deepseek }",
          "  - { name: local, base_url: 'localhost:8000' }",
          "circuit_breaker: { failure_threshold: 0 }",
        ].join("\n"),
      },
      env: { EARLY_HEADERS_MS: "soon", VERTEX_PORT: "0", GOOGLE_CLOUD_PROJECT: "1 2" },
    });
    expect(Object.fromEntries(problems.map(({ path, remedy }) => [path, remedy]))).toEqual({
      "switchyard.yaml: gatway": 'Did you mean "gateway"?',
      "switchyard.yaml: gateway.port": "Change it, or leave it out for the default.",
      "switchyard.yaml: gateway.substitution": "Write one of: never, when_unavailable, by_strategy.",
      "switchyard.yaml: gateway.max_body": 'Write bytes, or "32mb".',
      "switchyard.yaml: providers[0].baseurl": 'Did you mean "base_url"?',
      "switchyard.yaml: providers[0].priority": "Change it, or leave it out for the default.",
      "switchyard.yaml: providers[1].name": "Add it.",
      "switchyard.yaml: providers[2].base_url": "Write it with its scheme: https://host or http://host:port.",
      "switchyard.yaml: circuit_breaker.failure_threshold": "Change it, or leave it out for the default.",
      EARLY_HEADERS_MS: 'Write a number, or one with its unit: "500ms", "30s", "5m".',
      VERTEX_PORT: "Change it, or leave it out for the default.",
      GOOGLE_CLOUD_PROJECT: "Set it to what `gcloud config get-value project` prints.",
    });
  });

  it("of a key that resembles none list the ones there are", () => {
    const [problem] = problemsOf({ files: { "switchyard.yaml": "log: { colour: red }" } });
    expect(problem?.remedy).toBe("Known here: level, format, file.");
  });

  it.each([
    ["providers: {}", "switchyard.yaml: providers", "is not a list"],
    ["gateway: []", "switchyard.yaml: gateway", "is not a block of fields"],
    ["[]", "switchyard.yaml", "is not a block of fields"],
    ["gateway: { port: }", "switchyard.yaml: gateway.port", "is empty"],
    [
      "providers: [{ name: gateway, kind: openai }]",
      "switchyard.yaml: providers[0].name",
      "is not a name for a provider",
    ],
    ["providers: [{ name: '!!', kind: openai }]", "switchyard.yaml: providers[0].name", "is not a name for a provider"],
    ["providers: [{ name: mine }]", "switchyard.yaml: providers[0].base_url", "is missing"],
    ["log: { level: loud }", "log.level", '"loud" is not a level'],
  ])("of %j are at %s: %s", (yaml, path, problem) => {
    expect(problemsOf({ files: { "switchyard.yaml": yaml } })).toContainEqual(
      expect.objectContaining({ path, problem }),
    );
  });

  it("are two providers of one name", () => {
    const problems = problemsOf({
      files: { "switchyard.yaml": "providers: [{ name: OpenAI, api_key: a }, { name: openai, api_key: b }]" },
    });
    expect(problems).toEqual([
      expect.objectContaining({
        path: "switchyard.yaml: providers[1].name",
        problem: '"openai" is the name of switchyard.yaml: providers[0] too',
      }),
    ]);
  });

  it("are two services on one port, unless they stand elsewhere", () => {
    expect(problemsOf({ env: { VERTEX_PORT: "8080" } })).toEqual([
      expect.objectContaining({ path: "providers.vertex.port", problem: "8080 is the port of gateway too" }),
    ]);
    expect(load({ env: { VERTEX_PORT: "8080", VERTEX_SERVICE_URL: "http://vertex:8080" } }).gateway.port).toBe(8080);
  });

  it("make one readable message", () => {
    expect(() => load({ env: { GATEWAY_PORT: "x" } })).toThrow(
      'GATEWAY_PORT: "x" is not a whole number from 1 to 65535. Change it, or leave it out for the default.',
    );
  });
});

const warningsOf = (text: string) => load({ files: { ".env": text } }).warnings;

describe("lines of .env that are no variables", () => {
  it("are told by their number, without what they hold: a key whose = was forgotten had been passed over", () => {
    expect(warningsOf("LOG_LEVEL=info\n\nOPENAI_API_KEY sk-secret\n# a remark\nodd\r\n")).toEqual([
      { path: ".env:3", problem: "is no variable and is not read", remedy: "Write it as NAME=value, or behind a #." },
      { path: ".env:5", problem: "is no variable and is not read", remedy: "Write it as NAME=value, or behind a #." },
    ]);
  });

  it.each([
    ["# only remarks\n   # indented\n\n"],
    ["export LOG_LEVEL=info\nEMPTY=\nSPACED = x # remark\nA.b-c: x\nE=a=b\n"],
    ["K=\"-----BEGIN KEY-----\nabc def\n-----END KEY-----\"\nL='a\nb c'\nM=`x\ny`\n"],
    ["WINDOWS=1\r\nLOG_LEVEL=info\r\n"],
  ])("are not seen in what dotenv understands: %j", (text) => {
    expect(warningsOf(text)).toEqual([]);
  });
});

describe("the result", () => {
  it("is frozen through and through", () => {
    const settings = load({ env: { OPENAI_API_KEY: "x" } });
    const unfrozen: string[] = [];
    const visit = (value: unknown, path: string): void => {
      if (typeof value !== "object" || value === null) return;
      if (!Object.isFrozen(value)) unfrozen.push(path);
      for (const [name, child] of Object.entries(value)) visit(child, `${path}.${name}`);
    };
    visit(settings, "settings");
    expect(unfrozen).toEqual([]);
  });

  it("has one revision for one content, wherever it was said", () => {
    const cwd = createFolder();
    const revision = (env: Record<string, string>): string => loadSettings({ cwd, env }).revision;
    expect(revision({ OPENAI_API_KEY: "a", GATEWAY_PORT: "9" })).toBe(
      revision({ GATEWAY_PORT: "9", OPENAI_API_KEY: "a" }),
    );
    expect(revision({ OPENAI_API_KEY: "a" })).not.toBe(revision({ OPENAI_API_KEY: "b" }));
    expect(revision({ LOG_LEVEL: "warn" })).not.toBe(revision({ LOG_LEVEL: "error" }));
    expect(revision({ OPENAI_API_KEY: "a" })).toMatch(/^[0-9a-f]{16}$/);
  });
});

function portOf(world: World): number {
  return load(world).gateway.port;
}
