import { describe, expect, it } from "@jest/globals";
import { cleanUpAfterEach, keyOf, load, problemsOf, providerOf } from "./load.fixture.ts";
import type { Settings } from "./settings.ts";

cleanUpAfterEach();

describe("references to variables", () => {
  it("work anywhere in a string, with defaults, from .env and from the environment", () => {
    const settings = load({
      files: {
        ...withKey(
          "api_key: '${GROQ_KEY}', custom_headers: { authorization: 'Bearer ${TOKEN:-none}', x-team: 't-${TEAM}' }",
        ),
        ".env": "GROQ_KEY=from-dotenv\nTEAM=blue",
      },
      env: { TEAM: "red" },
    });
    expect(keyOf(settings, "groq")).toBe("from-dotenv");
    expect(providerOf(settings, "groq").customHeaders).toEqual({ authorization: "Bearer none", "x-team": "t-red" });
  });

  it("find a secret in the file that <NAME>_FILE names", () => {
    const settings = load({
      files: { ...withKey("api_key: '${GROQ_KEY}'"), key: "in-a-file\n" },
      env: { GROQ_KEY_FILE: "key" },
    });
    expect(keyOf(settings, "groq")).toBe("in-a-file");
  });

  it("that lack a variable in a credential leave the provider unconfigured and name what to set", () => {
    const settings = load({ files: withKey("api_key: '${GROQ_KEY}'") });
    expect(providerOf(settings, "groq")).toMatchObject({
      enabled: false,
      missing: ["GROQ_KEY"],
      reason: "GROQ_KEY is not set",
    });
    expect(settings.demo).toBe(false);
  });

  it("that lack a variable elsewhere are a problem that names the provider", () => {
    expect(problemsOf({ files: withKey("api_key: a, custom_headers: { x-team: '${TEAM}' }") })).toEqual([
      {
        path: "switchyard.yaml: providers[0].custom_headers.x-team",
        problem: 'the variable TEAM is not set for the provider "groq"',
        remedy: "Set TEAM, or write ${TEAM:-default}.",
      },
    ]);
  });

  it("of a provider that is switched off may lack anything", () => {
    const settings = load({ files: withKey("enabled: false, api_key: '${A}', custom_headers: { x: '${B}' }") });
    expect(providerOf(settings, "groq")).toMatchObject({
      enabled: false,
      missing: [],
      reason: "switched off by configuration",
    });
  });

  it("work inside .env too", () => {
    const settings = load({
      files: { ".env": "BASE=https://gw.example\nOPENAI_BASE_URL=${BASE}/v1\nOPENAI_API_KEY=k" },
    });
    expect(providerOf(settings, "openai").baseUrl).toBe("https://gw.example/v1");
  });

  it("inside .env that lack a variable are a problem", () => {
    expect(problemsOf({ files: { ".env": "OPENAI_BASE_URL=${NOPE}/v1" } })).toEqual([
      expect.objectContaining({ path: ".env: OPENAI_BASE_URL", problem: "the variable NOPE is not set" }),
    ]);
  });
});

describe("secrets", () => {
  it.each([
    ["ANTHROPIC_UPSTREAM_API_KEY", (settings: Settings) => keyOf(settings, "anthropic")],
    ["OPENROUTER_API_KEY", (settings: Settings) => keyOf(settings, "openrouter")],
    ["OPENAI_API_KEY", (settings: Settings) => keyOf(settings, "openai")],
    ["GEMINI_API_KEY", (settings: Settings) => keyOf(settings, "gemini")],
    ["DEEPSEEK_API_KEY", (settings: Settings) => keyOf(settings, "deepseek")],
    ["SWITCHYARD_CLIENT_KEY", (settings: Settings) => settings.gateway.clientKeys[0]?.reveal()],
    ["SWITCHYARD_ADMIN_TOKEN", (settings: Settings) => settings.gateway.adminToken?.reveal()],
    ["SWITCHYARD_INNER_TOKEN", (settings: Settings) => settings.innerToken?.reveal()],
  ])("%s may stand in a file that %s_FILE names", (name, read) => {
    expect(
      read(load({ files: { secret: " s3cret\n" }, env: { [`${name}_FILE`]: "secret", SWITCHYARD_DEMO: "0" } })),
    ).toBe("s3cret");
  });

  it("that are addresses may too", () => {
    const settings = load({
      files: { redis: "redis://:pw@cache\n", proxy: "http://me:pw@proxy:1" },
      env: { REDIS_URL_FILE: "redis", HTTPS_PROXY_FILE: "proxy" },
    });
    expect([settings.redisUrl?.reveal(), settings.outbound?.httpsProxy?.reveal()]).toEqual([
      "redis://:pw@cache",
      "http://me:pw@proxy:1",
    ]);
  });

  it("in a file that is not there, or empty, are a problem", () => {
    expect(problemsOf({ env: { SWITCHYARD_INNER_TOKEN_FILE: "/nowhere/token" } })).toEqual([
      expect.objectContaining({
        path: "SWITCHYARD_INNER_TOKEN_FILE",
        problem: "the file that it names cannot be read",
      }),
    ]);
    expect(problemsOf({ files: { token: "\n" }, env: { SWITCHYARD_INNER_TOKEN_FILE: "token" } })).toEqual([
      expect.objectContaining({ problem: "the file that it names is empty" }),
    ]);
  });

  it("of the environment itself go before those in files", () => {
    const settings = load({ files: { key: "in-file" }, env: { OPENAI_API_KEY: "direct", OPENAI_API_KEY_FILE: "key" } });
    expect(keyOf(settings, "openai")).toBe("direct");
  });

  it("show in no JSON of the settings and in no message", () => {
    const settings = load({
      env: {
        OPENAI_API_KEY: "sk-visible",
        SWITCHYARD_CLIENT_KEY: "ck-visible",
        REDIS_URL: "redis://:pw-visible@host",
        HTTPS_PROXY: "http://pw-visible@h",
      },
      files: { "switchyard.yaml": "providers: [{ name: deepseek, api_key: dk-visible }]" },
    });
    expect(JSON.stringify(settings)).not.toContain("visible");
  });
});

function withKey(text: string): Record<string, unknown> {
  return { "switchyard.yaml": `providers: [{ name: groq, base_url: 'https://api.groq.com/openai/v1', ${text} }]` };
}
