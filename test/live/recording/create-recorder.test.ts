import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { RawAnswer } from "../live-case.ts";
import { createRecorder } from "./create-recorder.ts";

const JSON_TYPE = { "content-type": "application/json" };

describe("createRecorder", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), "switchyard-recording-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const read = (file: string): string => readFileSync(path.join(folder, file), "utf8");

  it("writes an answer as it came, and its status and headers beside it", () => {
    const answer: RawAnswer = {
      status: 404,
      headers: { ...JSON_TYPE, "request-id": "req_1" },
      text: '{"a": 12345678901234567890}',
    };
    const files = createRecorder(folder, []).record("openai", "chat-text", [answer]);
    expect(files).toEqual(["openai/chat-text.json", "openai/chat-text.head.json"]);
    expect(read("openai/chat-text.json")).toBe('{"a": 12345678901234567890}\n');
    expect(JSON.parse(read("openai/chat-text.head.json"))).toEqual({
      status: 404,
      headers: { ...JSON_TYPE, "request-id": "redacted" },
    });
  });

  it("writes a stream as the data of one event per line, without its terminator", () => {
    const events = ['{"n":1}', '{"n":2}', "[DONE]"];
    const answer = { status: 200, headers: { "content-type": "text/event-stream" }, text: "", events };
    createRecorder(folder, []).record("openai", "chat-stream", [answer]);
    expect(read("openai/chat-stream.chunks.txt")).toBe('{"n":1}\n{"n":2}\n');
  });

  it("numbers the answers of a case with several requests", () => {
    const answer = { status: 200, headers: JSON_TYPE, text: "{}" };
    createRecorder(folder, []).record("openai", "chat-tool", [answer, answer]);
    expect(readdirSync(path.join(folder, "openai")).toSorted()).toEqual([
      "chat-tool.1.head.json",
      "chat-tool.1.json",
      "chat-tool.2.head.json",
      "chat-tool.2.json",
    ]);
  });

  it("calls what is no JSON a text", () => {
    const answer = { status: 502, headers: { "content-type": "text/html" }, text: "<html>Bad gateway</html>" };
    expect(createRecorder(folder, []).record("openai", "chat-text", [answer])).toContain("openai/chat-text.txt");
  });

  it("redacts bodies and streams, the secrets of the run too", () => {
    const recorder = createRecorder(folder, ["my-project-4711"]);
    const text = '{"m":"my-project-4711 someone@example.org"}';
    recorder.record("vertex", "text", [{ status: 200, headers: JSON_TYPE, text }]);
    recorder.record("vertex", "stream", [{ status: 200, headers: {}, text: "", events: [text] }]);
    for (const file of ["vertex/text.json", "vertex/stream.chunks.txt"]) {
      expect(read(file)).toBe('{"m":"redacted someone@example.com"}\n');
    }
  });

  it("stays in its folder, whatever a provider is called", () => {
    const answer = { status: 200, headers: JSON_TYPE, text: "{}" };
    const files = createRecorder(path.join(folder, "inside"), []).record("../../etc", "../x", [answer]);
    expect(files).toEqual(["-etc/-x.json", "-etc/-x.head.json"]);
    expect(readdirSync(folder)).toEqual(["inside"]);
  });
});
