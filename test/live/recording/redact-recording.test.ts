import { describe, expect, it } from "@jest/globals";
import { redactHeaders, redactRecording } from "./redact-recording.ts";

describe("redactRecording", () => {
  it.each([
    ["a key of Anthropic's", "key sk-ant-api03-AbCdEf0123456789 is wrong", "key redacted is wrong"],
    [
      "a key that the provider half hid",
      "Incorrect API key provided: sk-proj-********9XyZ. Find",
      "Incorrect API key provided: redacted. Find",
    ],
    ["a key of Google's", "API key AIzaSyA0123456789abcdefghijklmnop not valid", "API key redacted not valid"],
    ["an access token of Google's", "token ya29.a0AfH6SMBx-y_z0123456789", "token redacted"],
    ["a token of GitHub's", "ghp_abcdefghijklmnop1234 and github_pat_11ABCDEFG0abcdefgh", "redacted and redacted"],
    ["a bearer token", 'authorization: "Bearer abcdef.ghijkl"', 'authorization: "Bearer redacted"'],
    ["a web token", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkw.SflKxwRJSMeKKF2QT4", "redacted"],
    ["an e-mail address", "ask first.last+llm@corp.example.org now", "ask someone@example.com now"],
    [
      "a project of Google's",
      "Permission denied on projects/my-secret-4711/locations/global",
      "Permission denied on projects/redacted/locations/global",
    ],
    [
      "a project's number",
      "has not been used in project 481516234200 before",
      "has not been used in project 000000 before",
    ],
    ["a network address", "from 203.0.113.77 too often", "from 192.0.2.1 too often"],
  ])("hides %s", (_what, text, redacted) => {
    expect(redactRecording(text)).toBe(redacted);
  });

  it("keeps the length and the hyphens of an id, and gives the same id the same stand-in", () => {
    const text =
      "req_011CSHoEeqs5C35K2UUqR7Fy, org-AbCdEf123456, req_011CSHoEeqs5C35K2UUqR7Fy, req_vrtx_011CSHoEeqs5C35K";
    expect(redactRecording(text)).toBe(
      "req_000000000000000000000001, org-000000000003, req_000000000000000000000001, req_000000000000000000002",
    );
    expect(redactRecording("1b4e28ba-2fa1-11d2-883f-0016d3cca427")).toBe("00000000-0000-0000-0000-000000000001");
  });

  it("keeps what refers to tool calls, so that calls and results still fit together", () => {
    const text = '{"type":"tool_use","id":"toolu_01A09q90qw90lq917835lq9"} {"call_id":"call_abc123DEF456"}';
    expect(redactRecording(text)).toBe(text);
  });

  it("hides fields that name an account, in JSON and in JSON inside a string, and leaves both valid", () => {
    const inner = JSON.stringify({ user_id: "user_2abcDEFghiJKL", note: "plain" });
    const text = JSON.stringify({ organization: "Acme Ltd", error: { metadata: { raw: inner } }, request_id: null });
    const redacted = JSON.parse(redactRecording(text)) as {
      organization: string;
      error: { metadata: { raw: string } };
    };
    expect(redacted.organization).not.toContain("Acme");
    expect(redacted).toMatchObject({ request_id: null });
    const raw = JSON.parse(redacted.error.metadata.raw) as Record<string, string>;
    expect(raw["user_id"]).not.toContain("abcDEF");
    expect(raw["note"]).toBe("plain");
  });

  it("leaves JSON valid when such a field holds quotes", () => {
    const text = JSON.stringify({ organization: 'The "Acme" Company', id: "msg_0123456789abcdef" });
    expect(() => JSON.parse(redactRecording(text)) as unknown).not.toThrow();
  });

  it("hides the secrets of the run wherever they stand, the longest first", () => {
    const secrets = ["acme", "acme-resource.example.com"];
    expect(redactRecording("acme-resource.example.com says acme", secrets)).toBe("redacted says redacted");
  });

  it("ignores secrets so short that they would be found in every word", () => {
    expect(redactRecording("the answer", ["", "an"])).toBe("the answer");
  });

  it("leaves model output, figures, signatures and versions as they are", () => {
    const text = JSON.stringify({
      text: "Paris has 2.1 million people; task-force, disk-usage, ask-me-anything-later.",
      model: "claude-haiku-4-5-20251001",
      signature: "EqQBCkYIBRgCKkDsk+abc/def0123456789==",
      usage: { input_tokens: 123456789 },
      created: 1795250997,
    });
    expect(redactRecording(text)).toBe(text);
  });

  it("changes nothing when it is applied twice", () => {
    const text =
      '{"request_id":"req_011CSHoEeqs5C35K2UUqR7Fy","user_id":"user-AbCdEfGhIjKl","email":"a@b.example.com"}';
    const once = redactRecording(text);
    expect(redactRecording(once)).toBe(once);
  });
});

describe("redactHeaders", () => {
  it("keeps the values of limits and types only, and the names of all others", () => {
    expect(
      redactHeaders({
        "x-ratelimit-remaining-tokens": "1999",
        "retry-after": "3",
        "content-type": "application/json",
        "openai-organization": "acme-4711",
        "set-cookie": "__cf_bm=secret",
        "request-id": "req_011CSHoEeqs5C35K2UUqR7Fy",
      }),
    ).toEqual({
      "content-type": "application/json",
      "openai-organization": "redacted",
      "request-id": "redacted",
      "retry-after": "3",
      "set-cookie": "redacted",
      "x-ratelimit-remaining-tokens": "1999",
    });
  });

  it("hides what stands inside a value that is kept", () => {
    expect(redactHeaders({ "x-ratelimit-scope": "org-AbCdEf123456" })).toEqual({
      "x-ratelimit-scope": "org-000000000001",
    });
  });
});
