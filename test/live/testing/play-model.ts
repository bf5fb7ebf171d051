import type { Brain, ScenarioBlock } from "@switchyard/simulators";

/** Plays a model that does what the cases ask for: thinks when told to, calls the tool per city, sees red. */
export const playModel: Brain = (view) => {
  if (view.toolResults.length > 0) return { blocks: [{ type: "text", text: "Sunny, I would say." }] };
  const cities = ["Paris", "Oslo"].filter((city) => view.lastUserText.includes(city));
  const isThinking = view.lastUserText.includes("step by step");
  const blocks: ScenarioBlock[] = [];
  if (isThinking) blocks.push({ type: "reasoning", text: "Oslo lies farthest north." });
  if (view.tools.includes("get_weather") && cities.length > 0) {
    for (const city of isThinking ? ["Oslo"] : cities) {
      blocks.push({ type: "tool_call", name: "get_weather", input: { city } });
    }
    return { blocks };
  }
  return { blocks: [...blocks, { type: "text", text: view.lastUserText.includes("colour") ? "Red." : "pong" }] };
};
