import { describe, expect, it } from "@jest/globals";

import { modelInfo } from "../testing/fake-service.ts";

import { get, MINIMAL, post, useMeshes } from "../testing/test-mesh.ts";

const mesh = useMeshes();

describe("/admin", () => {
  it("shows who would get a request, and why not the others", async () => {
    const models = [
      [modelInfo("claude-test")],
      [modelInfo("claude-old", { retires_at: "2020-01-01" }), modelInfo("claude-other")],
    ];
    const started = await mesh(3, { models, providers: [{}, {}, { enabled: false, missing: ["KEY"] }] });
    const { json } = await post(started, MINIMAL, {}, "/admin/route");
    expect(json).toMatchObject({
      candidates: [
        { provider: "one", model: "claude-test", reason: "offers the model that was asked for" },
        { provider: "two", model: "claude-other", reason: "listed for the tier big" },
      ],
      excluded: [
        { provider: "three", reason: "not configured: set KEY" },
        { provider: "two", model: "claude-old", reason: "retired on 2020-01-01" },
      ],
    });
    expect(started.services.map(({ requests }) => requests.length)).toEqual([0, 0, 0]);
  });

  it("shows one provider's health", async () => {
    const started = await mesh(1);
    await post(started);
    expect((await get(started, "/admin/provider/one/health")).json).toMatchObject({
      provider: "one",
      status: "healthy",
      metrics: { success_count: 1, error_count: 0 },
    });
    expect((await get(started, "/admin/provider/nobody/health")).status).toBe(404);
  });
});
