import { describe, expect, it } from "@jest/globals";
import { describeHealth } from "./describe-health.ts";

describe("what status says of a service", () => {
  it("is its word and the reason that it gives", () => {
    expect(describeHealth({ status: "ok" }, 200)).toEqual({ status: "ok" });
    expect(describeHealth({ status: "error", reason: "no answer" }, 503)).toEqual({
      status: "error",
      reason: "no answer",
    });
    expect(describeHealth({ status: "unconfigured", missing: ["A", "B"] }, 200).reason).toBe("set A or B");
  });

  it("names the providers for whose sake a gateway is degraded, and not those that somebody switched off", () => {
    const providers = {
      anthropic: { status: "healthy", last_failure_reason: "overloaded" },
      vertex: { status: "disabled" },
      azure: { status: "unconfigured", missing: ["AZURE_API_KEY"] },
      openrouter: { status: "unhealthy", last_failure_reason: "network" },
      gemini: { status: "resting", reason: "the credential was refused", last_failure_reason: "auth" },
      ollama: { status: "unreachable", last_failure_reason: null },
    };
    expect(describeHealth({ status: "degraded", providers }, 200)).toEqual({
      status: "degraded",
      reason: "openrouter unhealthy (network), gemini resting (the credential was refused), ollama unreachable",
    });
  });

  it("is the status code where the answer is none of ours", () => {
    expect(describeHealth(null, 404)).toEqual({ status: "404" });
    expect(describeHealth("<html>", 502)).toEqual({ status: "502" });
  });
});
