import { describe, expect, it } from "@jest/globals";
import { SettingsError } from "@switchyard/service-kit";
import { createVertexUrls, isGoogleVertexHost, vertexHost } from "./vertex-urls.ts";

const google = "https://aiplatform.googleapis.com";

describe("vertexHost", () => {
  it("is Google's own name for global, multi-region and regional locations", () => {
    expect(vertexHost("global")).toBe("aiplatform.googleapis.com");
    expect(vertexHost("us")).toBe("aiplatform.us.rep.googleapis.com");
    expect(vertexHost("eu")).toBe("aiplatform.eu.rep.googleapis.com");
    expect(vertexHost("us-east5")).toBe("us-east5-aiplatform.googleapis.com");
  });
});

describe("isGoogleVertexHost", () => {
  it("knows Google's hosts from those that only look like them", () => {
    for (const location of ["global", "us", "eu", "europe-west1"])
      expect(isGoogleVertexHost(`https://${vertexHost(location)}`)).toBe(true);
    for (const url of [
      "http://aiplatform.googleapis.com",
      "https://aiplatform.googleapis.com.evil.example",
      "https://evil.example/aiplatform.googleapis.com",
      "http://127.0.0.1:9000",
    ])
      expect(isGoogleVertexHost(url)).toBe(false);
  });
});

describe("createVertexUrls", () => {
  it("puts model, project and location into the path", () => {
    const urls = createVertexUrls({ project: "team-1", location: "us-east5", baseUrl: google });
    expect(urls.claude("claude-sonnet-4-5@20250929", false)).toBe(
      "https://us-east5-aiplatform.googleapis.com/v1/projects/team-1/locations/us-east5/publishers/anthropic/models/claude-sonnet-4-5@20250929:rawPredict",
    );
    expect(urls.claude("claude-opus-4-8", true)).toContain("/claude-opus-4-8:streamRawPredict");
    expect(urls.chat()).toBe(
      "https://us-east5-aiplatform.googleapis.com/v1/projects/team-1/locations/us-east5/endpoints/openapi/chat/completions",
    );
  });

  it("sends everything to an address of one's own, whatever the location", () => {
    const urls = createVertexUrls({ project: "p", location: "global", baseUrl: "http://127.0.0.1:9000/" });
    for (const url of [urls.claude("claude-opus-4-8", true), urls.countTokens(), urls.chat(), urls.probe()])
      expect(url).toMatch(/^http:\/\/127\.0\.0\.1:9000\/v1\/projects\/p\/locations\//);
  });

  it("counts tokens of the global endpoint in a region that counts", () => {
    const urls = createVertexUrls({ project: "p", location: "global", baseUrl: google });
    expect(urls.countTokens()).toBe(
      "https://us-east5-aiplatform.googleapis.com/v1/projects/p/locations/us-east5/publishers/anthropic/models/count-tokens:rawPredict",
    );
  });

  it("keeps a European multi-region's prompts in Europe for counting", () => {
    const urls = createVertexUrls({ project: "p", location: "eu", baseUrl: google });
    expect(urls.countTokens()).toContain("https://europe-west1-aiplatform.googleapis.com/");
  });

  it("has no counting address for a region that does not count, instead of leaving it", () => {
    expect(createVertexUrls({ project: "p", location: "asia-south1", baseUrl: google }).countTokens()).toBeUndefined();
  });

  it("escapes a model id that would break out of its segment", () => {
    const urls = createVertexUrls({ project: "p", location: "global", baseUrl: google });
    expect(urls.claude("../../x?y#z", false)).toContain("/models/..%2F..%2Fx%3Fy%23z:rawPredict");
  });

  it.each([
    { project: "p", location: "evil.example/", path: "VERTEX_AI_LOCATION" },
    { project: "p", location: "", path: "VERTEX_AI_LOCATION" },
    { project: "a/b", location: "global", path: "GOOGLE_CLOUD_PROJECT" },
    { project: "", location: "global", path: "GOOGLE_CLOUD_PROJECT" },
  ])("refuses project $project in $location, naming $path", ({ project, location, path }) => {
    const create = () => createVertexUrls({ project, location, baseUrl: google });
    expect(create).toThrow(SettingsError);
    expect(create).toThrow(path);
  });
});
