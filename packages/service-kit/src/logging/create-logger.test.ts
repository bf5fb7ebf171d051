import { PassThrough } from "node:stream";

import { describe, expect, it } from "@jest/globals";
import { GatewayError } from "@switchyard/wire";

import { createLogger } from "./create-logger.ts";

function capture(format: "json" | "console", level: "info" | "debug" = "info") {
  const stream = new PassThrough();
  const logger = createLogger({ level, format }, { service: "anthropic", provider: "anthropic" }, { stream });
  const lines = () =>
    String(stream.read() ?? "")
      .split("\n")
      .filter((line) => line !== "");
  return { logger, lines };
}

describe("createLogger", () => {
  it("writes one JSON object per line with time, level, message, service and fields", () => {
    const { logger, lines } = capture("json");
    logger.info("started", { port: 8083 });
    const [line] = lines();
    expect(JSON.parse(line ?? "")).toMatchObject({
      level: "info",
      message: "started",
      service: "anthropic",
      provider: "anthropic",
      port: 8083,
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    });
  });

  it("names in a console the provider that a line is about, where that is not the process's own", () => {
    const { logger, lines } = capture("console");
    logger.info("request ended", { provider: "anthropic" });
    // The gateway's own lines: without the name nobody would know which provider failed.
    logger.warn("attempt failed", { provider: "vertex", failure: "network" });
    const [own, other] = lines();
    expect(own).toMatch(/anthropic: request ended$/);
    expect(other).toMatch(/anthropic: attempt failed provider=vertex failure=network$/);
    const stream = new PassThrough();
    const unnamed = createLogger({ level: "info", format: "console" }, { service: "anthropic" }, { stream });
    unnamed.info("request ended", { provider: "anthropic" });
    expect(String(stream.read())).toMatch(/anthropic: request ended\n$/);
  });

  it("leaves out lines below its level", () => {
    const { logger, lines } = capture("json");
    logger.debug("detail");
    expect(lines()).toEqual([]);
    expect(logger.isEnabled("debug")).toBe(false);
    expect(logger.isEnabled("warn")).toBe(true);
  });

  it("gives a child's lines the child's fields", () => {
    const { logger, lines } = capture("json");
    logger.child({ requestId: "req_1" }).warn("slow");
    expect(JSON.parse(lines()[0] ?? "")).toMatchObject({ requestId: "req_1", message: "slow", service: "anthropic" });
  });

  it.each([
    ["x-api-key", "abc"],
    ["authorization", "Basic abc"],
    ["api-key", "abc"],
    ["cookie", "a=b"],
    ["set-cookie", "a=b"],
    ["accessToken", "abc"],
    ["client_secret", "abc"],
    ["apiKey", "abc"],
  ])("hides the value of a field named %s", (name, value) => {
    const { logger, lines } = capture("json");
    logger.info("request", { headers: { [name]: value } });
    expect(JSON.parse(lines()[0] ?? "").headers[name]).toBe("***");
  });

  it("shows token counts, which are numbers", () => {
    const { logger, lines } = capture("json");
    logger.info("usage", { input_tokens: 12 });
    expect(JSON.parse(lines()[0] ?? "").input_tokens).toBe(12);
  });

  it.each([
    "failed with Bearer eyJhbGciOi.abc",
    "key sk-ant-api03-abcdefghijklmnopqrst was refused",
    "GET https://user:hunter2hunter2@proxy/x",
    "GET https://h/x?key=AIzaSyA-abcdefghijklmnop",
  ])("hides credentials inside text: %s", (text) => {
    const { logger, lines } = capture("json");
    logger.error("upstream", { error: new GatewayError("api_error", text), text });
    const line = lines()[0] ?? "";
    expect(line).toContain("***");
    for (const secret of ["eyJhbGciOi", "abcdefghijklmnop", "hunter2"]) expect(line).not.toContain(secret);
  });

  it("shows of an error its name, message, failure and cause", () => {
    const { logger, lines } = capture("json");
    const cause = Object.assign(new Error("connect"), { code: "ECONNREFUSED" });
    logger.error("upstream", { error: new GatewayError("api_error", "down", { failure: "network", cause }) });
    expect(JSON.parse(lines()[0] ?? "").error).toMatchObject({
      name: "GatewayError",
      message: "down",
      failure: "network",
      cause: { code: "ECONNREFUSED" },
    });
  });

  it("never writes what a buffer holds", () => {
    const { logger, lines } = capture("json");
    logger.info("body", { body: Buffer.from("my prompt") });
    expect(JSON.parse(lines()[0] ?? "").body).toBe("<9 bytes>");
  });

  it("survives fields that refer to themselves", () => {
    const { logger, lines } = capture("json");
    const loop: Record<string, unknown> = {};
    loop["self"] = loop;
    logger.info("loop", { loop });
    expect(lines()).toHaveLength(1);
  });

  it("writes for people: time, level, who, message, fields", () => {
    const { logger, lines } = capture("console");
    logger.info("started", { port: 8083 });
    expect(lines()[0]).toMatch(/^\d\d:\d\d:\d\d\.\d{3} info {2}anthropic: started port=8083$/);
  });
});
