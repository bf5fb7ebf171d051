import { createRedisState } from "../create-redis-state.ts";

/** A gateway that takes what it gets and is then killed: node gateway-that-dies.ts <url> <count> <candidate as JSON>. */
const [url = "", count = "0", candidate = "{}"] = process.argv.slice(2);
const state = createRedisState({ url });
const timer = setInterval(() => {
  if (state.snapshot().store !== "shared") return;
  clearInterval(timer);
  const takes = Array.from({ length: Number(count) }, () => state.take([JSON.parse(candidate)], { leaseMs: 1500 }));
  void Promise.all(takes).then(() => {
    process.stdout.write("taken\n");
    // it lives until it is killed
    setInterval(() => {}, 1000);
    return undefined;
  });
}, 10);
