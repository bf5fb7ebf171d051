import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import Anthropic from "@anthropic-ai/sdk";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { createMessagesClient, readEvents } from "./messages-client.fixture.ts";
import type { MessagesClient } from "./messages-client.fixture.ts";

const ROOT = path.resolve(__dirname, "../../../..");
const FIXTURES = process.env["SWITCHYARD_FIXTURES"] ?? path.join(ROOT, "../shared/fixtures");
const FOLDER = path.join(FIXTURES, "recorded/anthropic");
const PRESENT = existsSync(FOLDER);

interface Shape {
  /** Present in every recorded instance. */
  required: Set<string>;
  known: Set<string>;
}

/** Paths of all fields, e.g. "usage.input_tokens"; what stands in lists and in tools' own data is left out. */
function fieldsOf(value: unknown, prefix = ""): string[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    name === "input" || name === "content" ? [prefix + name] : [prefix + name, ...fieldsOf(inner, `${prefix}${name}.`)],
  );
}

function learn(shapes: Map<string, Shape>, key: string, value: unknown): void {
  const fields = new Set(fieldsOf(value));
  const shape = shapes.get(key) ?? { required: fields, known: new Set<string>() };
  shape.required = new Set([...shape.required].filter((field) => fields.has(field)));
  shape.known = new Set([...shape.known, ...fields]);
  shapes.set(key, shape);
}

/** Events are told apart by the type of what they carry, too. */
function keyOf(event: Record<string, unknown>): string {
  const inner = (event["content_block"] ?? event["delta"]) as { type?: string } | undefined;
  return [event["type"] as string, inner?.type].filter((type) => type !== undefined).join(" ");
}

function learnStreams(): Map<string, Shape> {
  const shapes = new Map<string, Shape>();
  for (const name of readdirSync(FOLDER).filter((file) => file.endsWith(".chunks.txt"))) {
    for (const line of readFileSync(path.join(FOLDER, name), "utf8").split("\n")) {
      if (line.trim() === "") continue;
      const event = JSON.parse(line) as Record<string, unknown>;
      learn(shapes, keyOf(event), event);
    }
  }
  return shapes;
}

/** Fields that came after the recordings; source: @anthropic-ai/sdk 1.11. */
const NEWER = new Set([
  "usage.output_tokens_details",
  "usage.output_tokens_details.thinking_tokens",
  "message.usage.inference_geo",
]);

function missing(shape: Shape | undefined, fields: ReadonlySet<string>): string[] {
  return [...(shape?.required ?? [])].filter((field) => !fields.has(field));
}

function unheardOf(shape: Shape | undefined, fields: ReadonlySet<string>): string[] {
  return [...fields].filter((field) => !NEWER.has(field) && shape?.known.has(field) !== true);
}

const BLOCKS = [
  { type: "reasoning", text: "thinking" },
  { type: "text", text: "text" },
  { type: "tool_call", name: "Look", input: { a: 1 } },
] as const;
const BODY = {
  model: "claude-sonnet-4-6",
  max_tokens: 4_000,
  messages: [{ role: "user", content: "hi" }],
  thinking: { type: "enabled", budget_tokens: 2_000 },
  tools: [{ name: "Look", input_schema: { type: "object" } }],
};

const describeWithFixtures = PRESENT ? describe : describe.skip;
const REASON = PRESENT ? "" : " (skipped: no recorded fixtures here)";

describeWithFixtures(`the simulator's events beside recorded ones${REASON}`, () => {
  let client: MessagesClient;
  beforeAll(async () => {
    client = await createMessagesClient("anthropic", "/v1/messages");
  });
  afterAll(() => client.close());

  it("have every field that recorded ones always have, and none that they never have", async () => {
    const shapes = learnStreams();
    client.simulator.script({ blocks: [...BLOCKS] });
    const events = readEvents((await client.post({ ...BODY, stream: true })).text);
    expect(events.length).toBeGreaterThan(10);
    for (const event of events) {
      const shape = shapes.get(keyOf(event));
      const fields = new Set(fieldsOf(event));
      expect([keyOf(event), shape === undefined]).toEqual([keyOf(event), false]);
      expect([keyOf(event), missing(shape, fields)]).toEqual([keyOf(event), []]);
      expect([keyOf(event), unheardOf(shape, fields)]).toEqual([keyOf(event), []]);
    }
  });

  it("not streamed have the fields of recorded answers", async () => {
    const shapes = new Map<string, Shape>();
    for (const name of readdirSync(FOLDER).filter((file) => file.endsWith(".json"))) {
      const answer = JSON.parse(readFileSync(path.join(FOLDER, name), "utf8")) as { type?: string };
      if (answer.type === "message") learn(shapes, "message", answer);
    }
    client.simulator.script({ blocks: [...BLOCKS] });
    const fields = new Set(fieldsOf((await client.post(BODY)).json));
    const shape = shapes.get("message");
    expect(missing(shape, fields)).toEqual([]);
    expect(unheardOf(shape, fields)).toEqual([]);
  });

  it("replays every recorded stream so that the official SDK reads it to its end", async () => {
    const sdk = new Anthropic({ apiKey: "key", baseURL: client.simulator.url, maxRetries: 0 });
    // Two of the recordings hold what a broken proxy made of a stream.
    const whole = readdirSync(FOLDER).filter((file) => file.endsWith(".chunks.txt") && !file.includes("message-start"));
    expect(whole.length).toBeGreaterThan(10);
    for (const name of whole) {
      client.simulator.script({ recorded: { path: path.join(FOLDER, name) } });
      const events: string[] = [];
      const stream = await sdk.messages.create({
        ...(BODY as Anthropic.MessageCreateParamsNonStreaming),
        stream: true,
      });
      for await (const event of stream) events.push(event.type);
      expect([name, events.at(-1)]).toEqual([name, "message_stop"]);
    }
  });
});
