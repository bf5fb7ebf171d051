import { describe, expect, it } from "@jest/globals";
import { NO_USAGE } from "@switchyard/wire";

import { createMetrics } from "./create-metrics.ts";

describe("createMetrics", () => {
  it("keeps two apps of one process apart", async () => {
    const one = createMetrics("one");
    const other = createMetrics("other");
    one.requests.inc({ provider: "p", model: "m", status: "200", failure: "" });
    expect((await one.render()).text).toContain('status="200",failure="",service="one"} 1');
    expect((await other.render()).text).not.toContain('status="200"');
  });

  it("counts tokens in disjoint buckets, and none where there were none", async () => {
    const metrics = createMetrics("one");
    metrics.countTokens(
      { provider: "p", model: "m" },
      { ...NO_USAGE, uncachedInput: 5, cacheWrite1h: 2, output: 7, reasoning: 3 },
    );
    const { text } = await metrics.render();
    const counted = [...text.matchAll(/^switchyard_tokens_total\{.*bucket="(\w+)".*\} (\d+)$/gm)].map(
      ([, ...found]) => found,
    );
    expect(counted).toEqual([
      ["uncached_input", "5"],
      ["cache_write_1h", "2"],
      ["output", "7"],
    ]);
  });

  it("shows the process only where it is asked to", async () => {
    expect((await createMetrics("one").render()).text).not.toContain("process_cpu");
    expect((await createMetrics("one", { processMetrics: true }).render()).text).toContain(
      "process_resident_memory_bytes",
    );
  });
});
