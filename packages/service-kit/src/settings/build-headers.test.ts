import { describe, expect, it } from "@jest/globals";
import { cleanUpAfterEach, load, problemsOf, providerOf } from "./load.fixture.ts";

cleanUpAfterEach();

describe("custom headers", () => {
  it("of the environment go to all providers, those of one to it alone, and the nearer counts", () => {
    const settings = load({
      env: {
        CUSTOM_HEADER_X_TEAM: "all",
        OPENROUTER_CUSTOM_HEADER_X_TEAM: "one",
        OPENROUTER_SITE_URL: "https://me.example",
        OPENROUTER_APP_NAME: "Me",
      },
      files: {
        "switchyard.yaml":
          "custom_headers: { X-Org: o }\nproviders: [{ name: vertex, custom_headers: { X-Team: two } }]",
      },
    });
    expect(providerOf(settings, "anthropic").customHeaders).toEqual({ "x-org": "o", "x-team": "all" });
    expect(providerOf(settings, "vertex").customHeaders).toEqual({ "x-org": "o", "x-team": "two" });
    expect(providerOf(settings, "openrouter").customHeaders).toEqual({
      "x-org": "o",
      "x-team": "one",
      "http-referer": "https://me.example",
      "x-title": "Me",
    });
  });

  it("that are a credential go to the one provider that there was, with a warning", () => {
    const settings = load({ env: { CUSTOM_HEADER_X_API_KEY: "s", OPENAI_API_KEY: "k" } });
    expect(providerOf(settings, "openai").customHeaders).toEqual({ "x-api-key": "s" });
    expect(providerOf(settings, "anthropic").customHeaders).toEqual({});
    expect(settings.warnings).toEqual([expect.objectContaining({ path: "CUSTOM_HEADER_X_API_KEY" })]);
  });

  it("that are a credential for everybody are a problem in a file", () => {
    expect(problemsOf({ files: { "switchyard.yaml": "custom_headers: { Authorization: 'Bearer x' }" } })).toEqual([
      expect.objectContaining({ path: "custom_headers.Authorization" }),
    ]);
  });

  it("that cannot be sent are a problem", () => {
    const problems = problemsOf({
      env: { CUSTOM_HEADER_HOST: "evil", OPENAI_API_KEY: "k", OPENAI_CUSTOM_HEADER_X_A: "grüße" },
      files: { "switchyard.yaml": "providers: [{ name: vertex, custom_headers: { 'bad name': 1 } }]" },
    });
    expect(new Set(problems.map(({ path }) => path))).toEqual(
      new Set([
        "CUSTOM_HEADER_HOST",
        "OPENAI_CUSTOM_HEADER_X_A",
        "switchyard.yaml: providers[0].custom_headers.bad name",
      ]),
    );
  });
});
