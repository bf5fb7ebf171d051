import { describe, expect, it } from "@jest/globals";
import type { ConversationView, RecordedRequest, Scenario, ToolResultView } from "../scenario.ts";
import { BRAINS } from "./brains.ts";
import { createAgentBrain } from "./create-agent-brain.ts";

const REQUEST: RecordedRequest = {
  at: 0,
  method: "POST",
  path: "/",
  headers: {},
  body: "",
  json: {},
  status: 0,
  eventsWritten: 0,
  finished: false,
  notes: [],
};

function view(results: number | ToolResultView[] = 0, more: Partial<ConversationView> = {}): ConversationView {
  const toolResults =
    typeof results === "number"
      ? Array.from({ length: results }, (_, index) => ({
          callId: `c${index}`,
          text: `r${index}`,
          hasImage: false,
          isError: false,
        }))
      : results;
  return {
    model: "m",
    stream: true,
    system: "",
    lastUserText: "make it",
    tools: ["Write", "Bash"],
    toolResults,
    ...more,
  };
}

const call = (tool: string): { tool: string; input: Record<string, unknown> } => ({ tool, input: { of: tool } });
const PLAN = {
  steps: [
    { reasoning: "first", text: "I write.", calls: [call("Write")] },
    { calls: [call("Bash"), call("Bash")] },
    { text: "The last result was {{result}}." },
  ],
};

const blocksOf = (scenario: Scenario | undefined): string[] =>
  (scenario?.blocks ?? []).map((block) =>
    block.type === "tool_call" ? `call ${block.name}` : `${block.type} ${block.text}`,
  );

describe("the agent's brain", () => {
  const think = createAgentBrain(PLAN);

  it.each([
    [0, ["reasoning first", "text I write.", "call Write"]],
    [1, ["call Bash", "call Bash"]],
    [3, ["text The last result was r2."]],
    [9, ["text The last result was r8."]],
  ])("after %i results plays the step whose turn it is", (results, wanted) => {
    expect(blocksOf(think(view(results), REQUEST))).toEqual(wanted);
  });

  it("repeats a step whose parallel results are not all there", () => {
    expect(blocksOf(think(view(2), REQUEST))).toEqual(["call Bash", "call Bash"]);
  });

  it("ends with a text that names a tool that is not offered", () => {
    expect(blocksOf(think(view(0, { tools: ["Bash"] }), REQUEST))).toEqual([
      "text The tool Write is not offered: Bash",
    ]);
  });

  it("gives a short text to requests without tools", () => {
    expect(blocksOf(think(view(0, { tools: [] }), REQUEST))).toEqual(["text A simulated session"]);
  });

  it("takes the plan that fits the person's text, and none when none fits", () => {
    const choosy = createAgentBrain([
      { when: "red", steps: [{ text: "was red" }] },
      { when: "blue", steps: [{ text: "was blue" }] },
    ]);
    expect(blocksOf(choosy(view(0, { lastUserText: "paint it blue" }), REQUEST))).toEqual(["text was blue"]);
    expect(choosy(view(0, { lastUserText: "paint it" }), REQUEST)).toBeUndefined();
  });

  it("is made from JSON by name, and only from a plan that is one", () => {
    expect(blocksOf(BRAINS["agent"]?.({ steps: [{ text: "hi" }] })(view(), REQUEST))).toEqual(["text hi"]);
    expect(() => BRAINS["agent"]?.({ steps: [] })).toThrow();
    expect(() => BRAINS["agent"]?.({ steps: [{ calls: "x" }] })).toThrow();
  });
});

function demonstrate(of: ConversationView): string[] {
  return blocksOf(BRAINS["demo"]?.(undefined)(of, REQUEST));
}

describe("the demonstration's brain", () => {
  it("says that no model was asked, quotes the person and tells what to set", () => {
    const [text = ""] = demonstrate(view(0, { lastUserText: "What is 2 + 2?" }));
    expect(text).toContain("no model was asked");
    expect(text).toContain("What is 2 + 2?");
    expect(text).toContain("ANTHROPIC_UPSTREAM_API_KEY");
  });

  it("shows a tool call to whoever asks, then tells what came back", () => {
    const wish = { lastUserText: "show me a tool call" };
    expect(demonstrate(view(0, wish)).at(-1)).toBe("call Bash");
    expect(demonstrate(view(1, wish))[0]).toContain("sent back: r0");
    const failed = { callId: "c", text: "denied", hasImage: false, isError: true };
    expect(demonstrate(view([failed], wish))[0]).toContain("did not run the command: denied");
  });

  it("explains itself when there is no tool to show", () => {
    expect(demonstrate(view(0, { lastUserText: "show me a tool call", tools: ["Other"] }))[0]).toContain(
      "no shell tool",
    );
  });

  it("keeps long texts of people short in its answer", () => {
    expect(demonstrate(view(0, { lastUserText: "x".repeat(5_000) }))[0]?.length).toBeLessThan(1_000);
  });
});
