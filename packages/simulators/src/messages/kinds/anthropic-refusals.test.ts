import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { createMessagesClient } from "../messages-client.fixture.ts";
import type { MessagesClient, Reply } from "../messages-client.fixture.ts";
import { CONTENT_REFUSALS } from "./content-refusals.fixture.ts";
import { FEATURE_REFUSALS } from "./feature-refusals.fixture.ts";
import { BASE, user } from "./request-parts.fixture.ts";

function expectRefusal(reply: Reply, message: string | RegExp): void {
  expect([reply.status, reply.json.error?.type]).toEqual([400, "invalid_request_error"]);
  if (typeof message === "string") expect(reply.json.error?.message).toBe(message);
  else expect(reply.json.error?.message).toMatch(message);
  expect(reply.json["request_id"]).toBe(reply.headers.get("request-id"));
}

describe("the Anthropic simulator refuses", () => {
  let client: MessagesClient;
  beforeAll(async () => {
    client = await createMessagesClient("anthropic", "/v1/messages");
  });
  afterAll(() => client.close());

  for (const [subject, cases] of Object.entries({ ...CONTENT_REFUSALS, ...FEATURE_REFUSALS })) {
    describe(`${subject}:`, () => {
      it.each(cases)("%s", async (_fact, body, message, headers = {}) => {
        expectRefusal(await client.post(body, { headers }), message);
      });
    });
  }

  it("a request without a credential, by 401", async () => {
    const reply = await client.post(BASE, { headers: { authorization: undefined } });
    expect([reply.status, reply.json.error]).toEqual([
      401,
      { type: "authentication_error", message: "x-api-key header is required" },
    ]);
  });

  it.each([
    [{ authorization: undefined, "x-api-key": "invalid" }, "invalid x-api-key"],
    [{ authorization: "Bearer invalid" }, "Invalid bearer token"],
  ])("a wrong credential, by 401: %j", async (headers, message) => {
    const reply = await client.post(BASE, { headers });
    expect([reply.status, reply.json.error?.message]).toEqual([401, message]);
  });

  it("a request without a version", async () => {
    expectRefusal(
      await client.post(BASE, { headers: { "anthropic-version": undefined } }),
      "anthropic-version: header is required",
    );
  });

  it("a version that there is not", async () => {
    expectRefusal(
      await client.post(BASE, { headers: { "anthropic-version": "2020-01-01" } }),
      'anthropic-version: "2020-01-01" is not a valid version',
    );
  });

  it("a beta that has not the form of one", async () => {
    expectRefusal(
      await client.post(BASE, { headers: { "anthropic-beta": "effort-2025-11-24,nonsense" } }),
      /^Unexpected value\(s\) `nonsense` for the `anthropic-beta` header\./,
    );
  });

  it("a body that is not JSON", async () => {
    expectRefusal(await client.post('{"model":'), /^The request body is not valid JSON: /);
  });

  it("a body that is no object", async () => {
    expectRefusal(await client.post("[]"), "Input should be a valid dictionary or object to extract fields from");
  });

  it("an unknown model, by 404", async () => {
    const reply = await client.post({ ...BASE, model: "gpt-5" });
    expect([reply.status, reply.json.error]).toEqual([404, { type: "not_found_error", message: "model: gpt-5" }]);
  });

  it("a body over 32 MB, by 413", async () => {
    const reply = await client.post({ ...BASE, messages: [user("x".repeat(33 * 1024 * 1024))] });
    expect([reply.status, reply.json.error?.type]).toEqual([413, "request_too_large"]);
  });

  it("an unknown path, by 404", async () => {
    const reply = await client.post(BASE, { path: "/v1/complete" });
    expect([reply.status, reply.json.error?.type]).toEqual([404, "not_found_error"]);
  });
});
