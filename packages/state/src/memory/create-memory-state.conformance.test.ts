import { describeState } from "../conformance/index.ts";
import { createMemoryState } from "./create-memory-state.ts";

let time = 1_790_000_000_000;

describeState("memory", {
  create: async (options = {}) => createMemoryState({ ...options, now: () => time }),
  now: () => time,
  wait: async (milliseconds) => {
    time += milliseconds;
  },
});
