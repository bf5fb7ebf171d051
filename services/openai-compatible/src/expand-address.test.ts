import { describe, expect, it } from "@jest/globals";

import { expandAddress } from "./expand-address.ts";

describe("expandAddress", () => {
  it.each([
    ["{base}/chat/completions", "https://api.openai.com/v1", "https://api.openai.com/v1/chat/completions"],
    ["{base}/chat/completions", "https://api.openai.com/v1/", "https://api.openai.com/v1/chat/completions"],
    ["{root}/anthropic/v1/messages", "https://api.deepseek.com/v1", "https://api.deepseek.com/anthropic/v1/messages"],
    ["{root}/anthropic/v1/messages", "https://api.deepseek.com", "https://api.deepseek.com/anthropic/v1/messages"],
    ["{root}/openai/models", "https://r.openai.azure.com/openai/v1", "https://r.openai.azure.com/openai/models"],
    ["{root}/openai/models", "https://r.openai.azure.com/openai", "https://r.openai.azure.com/openai/models"],
    ["{root}/openai/models", "https://r.openai.azure.com", "https://r.openai.azure.com/openai/models"],
    ["{root}/v1/messages", "http://127.0.0.1:8000/proxy/v1", "http://127.0.0.1:8000/proxy/v1/messages"],
    ["{root}/x", "https://g.example/v1beta/openai", "https://g.example/x"],
  ])("puts %s after %s", (template, baseUrl, expected) => {
    expect(expandAddress(template, { baseUrl })).toBe(expected);
  });

  it("keeps a model's id one segment, and an API version one value", () => {
    const template = "{root}/openai/deployments/{model}/chat/completions?api-version={apiVersion}";
    expect(
      expandAddress(template, { baseUrl: "https://r.example", model: "../a?b", apiVersion: "2025-04-01&x=1" }),
    ).toBe("https://r.example/openai/deployments/..%2Fa%3Fb/chat/completions?api-version=2025-04-01%26x%3D1");
  });

  it("does not fill in what a value brings along", () => {
    expect(expandAddress("{base}/{model}", { baseUrl: "https://h", model: "{base}" })).toBe("https://h/%7Bbase%7D");
  });
});
