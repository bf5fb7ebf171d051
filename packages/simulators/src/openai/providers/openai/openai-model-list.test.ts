import { afterEach, describe, expect, it } from "@jest/globals";
import { at, closeSessions, openSession } from "../../__fixtures__/session.ts";

describe("OpenAI's list of models", () => {
  afterEach(closeSessions);

  it("holds the simulator's models and those it was told of", async () => {
    const { get } = await openSession("openai", { path: "/v1/models", models: [{ id: "mine" }] });
    const { json } = await get("/v1/models");
    const ids = (at(json, "data") as { id: string }[]).map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining(["gpt-5.6", "gpt-5.6-luna", "gpt-4.1", "mine"]));
    expect(at(json, "data", 0)).toMatchObject({ object: "model", owned_by: "system", created: expect.any(Number) });
  });

  it("asks for a key", async () => {
    const { get } = await openSession("openai", { path: "/v1/models" });
    expect((await get("/v1/models", {})).status).toBe(401);
  });

  it("fails when a script says so", async () => {
    const { get, simulator } = await openSession("openai", { path: "/v1/models" });
    simulator.script({ match: { path: "/models" }, error: { status: 503 } });
    expect((await get("/v1/models")).status).toBe(503);
    expect((await get("/v1/models")).status).toBe(200);
  });
});
