import { afterEach, describe, expect, it } from "@jest/globals";
import type { Scenario, ScenarioBlock } from "../scenario.ts";
import type { SimulatorKind } from "../start-simulator.ts";
import {
  SKIPPED,
  hasRecordings,
  readRecordedEvents,
  readRecordedJson,
  recordedLines,
  recordedPath,
} from "./__fixtures__/recorded.ts";
import { closeSessions, openSession, type Fields } from "./__fixtures__/session.ts";

const TEXT: ScenarioBlock = { type: "text", text: "some words of an answer" };
const REASONING: ScenarioBlock = { type: "reasoning", text: "thinking it over" };
const CALL: ScenarioBlock = { type: "tool_call", name: "weather", input: { location: "San Francisco" } };

const PARAMETERS = {
  type: "object",
  properties: { location: { type: "string" } },
  required: ["location"],
  additionalProperties: false,
};
const CHAT_TOOLS = [{ type: "function", function: { name: "weather", parameters: PARAMETERS } }];
const RESPONSES_TOOLS = [
  { type: "function", name: "weather", description: "tells it", parameters: PARAMETERS, strict: true },
];
const MESSAGES = [{ role: "user", content: "hello" }];

interface Comparison {
  file: string;
  kind: SimulatorKind;
  path: string;
  body: Fields;
  scenario: Scenario;
  /** Added to the API since the recording: developers.openai.com/api/docs/changelog, and the published description. */
  newer?: string[];
}

const OPENAI = {
  kind: "openai",
  path: "/v1/chat/completions",
  body: { model: "gpt-4.1", messages: MESSAGES },
} as const;
const DEEPSEEK = {
  kind: "deepseek",
  path: "/v1/chat/completions",
  body: { model: "deepseek-v4-pro", messages: MESSAGES },
} as const;
const AZURE = { kind: "azure", path: "/openai/v1/responses", body: { model: "gpt-5.1", input: "hello" } } as const;
const NEWER_USAGE = "usage.input_tokens_details.cache_write_tokens";

const ANSWERS: readonly Comparison[] = [
  { file: "openai/openai-text.json", ...OPENAI, scenario: { blocks: [TEXT] } },
  {
    file: "deepseek/deepseek-text.json",
    ...DEEPSEEK,
    body: { ...DEEPSEEK.body, thinking: { type: "disabled" } },
    scenario: { blocks: [TEXT] },
  },
  { file: "deepseek/deepseek-reasoning.json", ...DEEPSEEK, scenario: { blocks: [REASONING, TEXT] } },
  {
    file: "deepseek/deepseek-tool-call.json",
    ...DEEPSEEK,
    body: { ...DEEPSEEK.body, tools: CHAT_TOOLS },
    scenario: { blocks: [REASONING, CALL] },
  },
  { file: "azure/azure-text.1.json", ...AZURE, scenario: { blocks: [TEXT] }, newer: [NEWER_USAGE] },
  {
    file: "azure/azure-tool-call.1.json",
    ...AZURE,
    body: { ...AZURE.body, tools: RESPONSES_TOOLS },
    scenario: { blocks: [CALL] },
    newer: [NEWER_USAGE],
  },
];

const STREAMS: readonly Comparison[] = [
  {
    file: "openai/openai-text.chunks.txt",
    ...OPENAI,
    body: { ...OPENAI.body, stream_options: { include_usage: true } },
    scenario: { blocks: [TEXT] },
  },
  {
    file: "openai/azure-model-router.1.chunks.txt",
    ...AZURE,
    path: "/openai/v1/chat/completions",
    body: { ...OPENAI.body, stream_options: { include_usage: true } },
    scenario: { blocks: [TEXT] },
  },
  ...ANSWERS.filter(({ kind }) => kind === "deepseek").map((answer) => ({
    ...answer,
    file: answer.file.replace(".json", ".chunks.txt"),
  })),
  {
    file: "azure/azure-text.1.chunks.txt",
    ...AZURE,
    scenario: { blocks: [TEXT] },
    newer: [`response.${NEWER_USAGE}`],
  },
  {
    file: "azure/azure-tool-call.1.chunks.txt",
    ...AZURE,
    body: { ...AZURE.body, tools: RESPONSES_TOOLS },
    scenario: { blocks: [CALL] },
    newer: [`response.${NEWER_USAGE}`, "name"],
  },
  {
    file: "openai/openai-error.1.chunks.txt",
    kind: "openai",
    path: "/v1/responses",
    body: { model: "gpt-5", input: "hello" },
    scenario: { fault: { type: "error_in_200", afterEvents: 2, errorType: "insufficient_quota", status: 429 } },
  },
];

/** Every place in a value, those of a list's items together. */
function placesOf(value: unknown, place = ""): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => placesOf(item, place));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const here = place === "" ? key : `${place}.${key}`;
    return [here, ...placesOf(inner, here)];
  });
}

function sortedPlaces(value: unknown, without: readonly string[] = []): string[] {
  return [...new Set(placesOf(value))].filter((place) => !without.includes(place)).toSorted();
}

/** Types of events in their order, repeated ones once. */
function outline(events: readonly Fields[]): unknown[] {
  const types = events.map((event) => event["type"]);
  return types.filter((type, index) => type !== types[index - 1]);
}

afterEach(closeSessions);

(hasRecordings ? describe : describe.skip)(`recorded answers${SKIPPED}`, () => {
  it.each(ANSWERS)("have the fields that the simulator gives: $file", async ({ file, newer, ...comparison }) => {
    const { ask, simulator } = await openSession(comparison.kind, { path: comparison.path });
    simulator.script(comparison.scenario);
    const answer = await ask(comparison.body);
    expect(answer.status).toBe(200);
    expect(sortedPlaces(answer.json, newer)).toEqual(sortedPlaces(readRecordedJson(file)));
  });

  it.each(STREAMS)("have the fields that the simulator streams: $file", async ({ file, newer, ...comparison }) => {
    const { ask, simulator } = await openSession(comparison.kind, { path: comparison.path });
    simulator.script(comparison.scenario);
    const { events } = await ask({ ...comparison.body, stream: true });
    const recorded = readRecordedEvents(file);
    expect(sortedPlaces(events, newer)).toEqual(sortedPlaces(recorded));
    expect(outline(events)).toEqual(outline(recorded));
  });

  it.each([
    ["reasoning-model-legacy-parameter-error.json", "/v1/chat/completions", { messages: MESSAGES, max_tokens: 10 }],
    ["reasoning-model-temperature-error.json", "/v1/responses", { input: "hello", temperature: 0.5 }],
  ])("refuse what the simulator refuses, word for word: %s", async (file, path, fields) => {
    const { ask } = await openSession("openai", { path });
    expect((await ask({ model: "o3", ...fields })).json).toEqual(readRecordedJson(`openai/${file}`));
  });

  it("are sent as they are, the framing put back", async () => {
    const chat = await openSession("openai", { path: "/v1/chat/completions" });
    chat.simulator.script({ recorded: { path: recordedPath("openai/openai-text.chunks.txt") } });
    const streamed = await chat.ask({ ...OPENAI.body, stream: true });
    expect(streamed.events).toEqual(readRecordedEvents("openai/openai-text.chunks.txt"));
    expect(streamed.done).toBe(true);

    const responses = await openSession("azure", { path: AZURE.path });
    responses.simulator.script({ recorded: { path: recordedPath("azure/azure-text.1.chunks.txt") } });
    const { text, names } = await responses.ask({ ...AZURE.body, stream: true });
    const lines = recordedLines("azure/azure-text.1.chunks.txt");
    expect(text.split("\n").filter((line) => line.startsWith("data: "))).toEqual(lines.map((line) => `data: ${line}`));
    expect(names).toEqual(lines.map((line) => (JSON.parse(line) as { type: string }).type));
  });

  it("that were not streamed are sent byte for byte", async () => {
    const { ask, simulator } = await openSession("deepseek", { path: DEEPSEEK.path });
    simulator.script({ recorded: { path: recordedPath("deepseek/deepseek-tool-call.json") } });
    expect((await ask(DEEPSEEK.body)).json).toEqual(readRecordedJson("deepseek/deepseek-tool-call.json"));
  });
});
