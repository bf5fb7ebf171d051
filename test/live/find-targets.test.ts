import { createCatalog } from "@switchyard/catalog";
import { afterEach, describe, expect, it } from "@jest/globals";
import type { SimulatorKind } from "@switchyard/simulators";
import { createSilentLogger } from "@switchyard/service-kit";
import { findTargets } from "./find-targets.ts";
import { startStandIn } from "./testing/start-stand-in.ts";
import { createUpstream, type Upstream } from "./upstream/create-upstream.ts";

const catalog = createCatalog();
const NOW = Date.parse("2026-11-21T00:00:00Z");

describe("findTargets", () => {
  const opened: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((one) => one.close()));
  });
  async function open(kind: SimulatorKind): Promise<Upstream> {
    const standIn = await startStandIn(kind);
    const upstream = await createUpstream({ settings: standIn.settings, catalog, logger: createSilentLogger() });
    opened.push(upstream, standIn);
    return upstream;
  }

  it("takes the cheapest model of each dialect that the provider speaks", async () => {
    const { provider } = await open("vertex");
    expect(findTargets(provider, { catalog, now: NOW }).map(({ model, dialect }) => [dialect.name, model.id])).toEqual([
      ["messages", "claude-haiku-5-5"],
      ["chat", "google/gemini-3.5-flash-lite"],
    ]);
  });

  it("tells what a Claude model takes, and of the others how they want to be asked", async () => {
    const [claude] = findTargets((await open("anthropic")).provider, { catalog, now: NOW });
    expect(claude?.claude?.thinking).toContain("adaptive");
    expect(claude?.credentialSetting).toBe("ANTHROPIC_UPSTREAM_API_KEY");
    const [other] = findTargets((await open("openai")).provider, { catalog, now: NOW });
    expect(other?.claude).toBeUndefined();
    expect(other?.profile.reasoningHistory).toBe("encrypted");
  });

  it("takes the model that it is told to, even one that the catalogue does not know", async () => {
    const { provider } = await open("anthropic");
    const [target, ...others] = findTargets(provider, { catalog, model: "claude-next-9", now: NOW });
    expect(target?.model.id).toBe("claude-next-9");
    expect(others).toEqual([]);
  });

  it("finds nothing for a model that the provider cannot have", async () => {
    const { provider } = await open("anthropic");
    expect(findTargets(provider, { catalog, model: "gpt-4.1", now: NOW })).toEqual([]);
  });

  it("leaves retired models out", async () => {
    const { provider } = await open("github-models");
    const [target] = findTargets(provider, { catalog, now: NOW });
    const retiresAt = target?.model.retires_at;
    expect(retiresAt === undefined || Date.parse(retiresAt) > NOW).toBe(true);
    const later = findTargets((await open("gemini")).provider, { catalog, now: Date.parse("2027-06-01T00:00:00Z") });
    expect(later.map(({ model }) => model.id)).not.toContain("gemini-2.5-flash");
  });
});
