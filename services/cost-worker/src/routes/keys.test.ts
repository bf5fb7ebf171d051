import { hash } from "node:crypto";

import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { ClientPolicies, ClientPolicy } from "@switchyard/wire";

import { startTestWorker, type TestWorker } from "../testing/test-worker.ts";
import { costing } from "../testing/usage-events.ts";
import { workerSettings } from "../testing/worker-settings.ts";

const FIXED: ClientPolicy = {
  id: "ci",
  name: "ci",
  keyDigest: hash("sha256", "the-key-of-ci", "hex"),
  budgets: { day: 2e9 },
  strict: true,
  overBudget: "cheaper",
  createdAt: 0,
  source: "configuration",
};

let worker: TestWorker;
beforeEach(async () => {
  worker = await startTestWorker({ settings: { clients: [FIXED] } });
});
afterEach(() => worker.close());

const policies = async (): Promise<ClientPolicies> => (await worker.ask("/clients")).json as unknown as ClientPolicies;
const remove = (id: string) => worker.ask(`/api/keys/${id}`, { method: "DELETE" });

describe("a client key", () => {
  it("is shown once, and kept as its digest", async () => {
    const created = await worker.ask("/api/keys", { json: { name: "laptop" } });
    expect(created.status).toBe(201);
    expect(created.headers.get("cache-control")).toBe("no-store");
    const key = String(created.json["key"]);
    expect(key).toMatch(/^sk-switchyard-[\w-]{43}$/);
    const { clients } = await policies();
    expect(clients).toEqual([expect.objectContaining({ name: "laptop", keyDigest: hash("sha256", key, "hex") })]);
    const listed = await worker.ask("/api/keys");
    expect(listed.text).not.toContain(key);
    expect(listed.text).not.toMatch(/[0-9a-f]{64}/);
    expect(worker.text()).not.toContain(key.slice(15));
  });

  it("holds what was asked for: dollars become nano-dollars", async () => {
    const created = await worker.ask("/api/keys", {
      json: {
        name: "Bert's laptop",
        budgets: { hour: 0.5, day: 5, month: 100.000000001 },
        requests_per_minute: 60,
        tokens_per_minute: 100_000,
        providers: ["anthropic"],
        models: ["claude-*"],
        expires: "2999-01-31",
        strict: true,
        over_budget: "cheaper",
      },
    });
    expect(created).toMatchObject({ status: 201, json: { budgets: { hour: 0.5, day: 5 }, status: "active" } });
    const [policy] = (await policies()).clients;
    expect(policy).toMatchObject({
      id: expect.stringMatching(/^bert-s-laptop-[0-9a-f]{8}$/),
      budgets: { hour: 500_000_000, day: 5e9, month: 100_000_000_001 },
      requestsPerMinute: 60,
      tokensPerMinute: 100_000,
      providers: ["anthropic"],
      models: ["claude-*"],
      expiresAt: Date.parse("2999-01-31T00:00:00Z"),
      strict: true,
      overBudget: "cheaper",
      source: "ledger",
    });
  });

  it("is refused with every problem at once", async () => {
    const { status, json } = await worker.ask("/api/keys", {
      json: {
        name: " ",
        budgets: { day: -1, week: 5 },
        requests_per_minute: 0.5,
        providers: ["anthropic", "nowhere"],
        expires: "2001-01-01",
        over_budget: "ignore",
        colour: "red",
      },
    });
    expect(status).toBe(400);
    const { details } = json["error"] as { details: { problems: string[] } };
    const text = details.problems.join("\n");
    for (const place of [
      "name:",
      "budgets.day:",
      "budgets:",
      "requests_per_minute:",
      "over_budget:",
      "colour",
      "expires:",
    ]) {
      expect(text).toContain(place);
    }
    expect(text).toContain('providers: there is no provider "nowhere"; there are anthropic');
    expect((await policies()).clients).toEqual([]);
  });

  it.each(["", "{", "[]", "null", '{"name":5}', '{"name":"x","expires":"tomorrow"}', '{"name":"x","expires":17}'])(
    "is not made of %j",
    async (body) => {
      expect((await worker.ask("/api/keys", { method: "POST", body })).status).toBe(400);
    },
  );

  it("has a name of its own among those that are valid", async () => {
    const first = await worker.ask("/api/keys", { json: { name: "laptop" } });
    expect((await worker.ask("/api/keys", { json: { name: "laptop" } })).status).toBe(409);
    expect((await worker.ask("/api/keys", { json: { name: "ci" } })).status).toBe(409);
    await remove(String(first.json["id"]));
    const second = await worker.ask("/api/keys", { json: { name: "laptop" } });
    expect(second.status).toBe(201);
    expect(second.json["id"]).not.toBe(first.json["id"]);
  });

  it("can be revoked, again and again", async () => {
    const { json } = await worker.ask("/api/keys", { json: { name: "laptop" } });
    const id = String(json["id"]);
    const first = await remove(id);
    expect(first).toMatchObject({ status: 200, json: { status: "revoked" } });
    const { revision } = await policies();
    const second = await remove(id);
    expect(second.json["revoked"]).toBe(first.json["revoked"]);
    expect((await policies()).revision).toBe(revision);
    expect((await policies()).clients[0]?.revokedAt).toEqual(expect.any(Number));
  });

  it("that nobody knows cannot be revoked, nor one of the configuration", async () => {
    expect((await remove("nobody")).status).toBe(404);
    const fixed = await remove("ci");
    expect(fixed.status).toBe(409);
    expect(fixed.text).toContain("configuration");
  });

  it("is listed with what it has spent, those of the configuration too", async () => {
    const { json } = await worker.ask("/api/keys", { json: { name: "laptop", budgets: { month: 10 } } });
    await worker.ask("/usage", {
      json: {
        events: [
          costing(1.25, { client: String(json["id"]), at: Date.now() }),
          costing(0.5, { client: "ci", at: Date.now() }),
        ],
      },
    });
    const { json: listed } = await worker.ask("/api/keys");
    expect(listed["keys"]).toEqual([
      expect.objectContaining({ id: "ci", source: "configuration", spent: { hour: 0.5, day: 0.5, month: 0.5 } }),
      expect.objectContaining({
        name: "laptop",
        budgets: { hour: null, day: null, month: 10 },
        spent: { hour: 1.25, day: 1.25, month: 1.25 },
      }),
    ]);
  });

  it("says when it has expired", async () => {
    await worker.close();
    const expired = { ...FIXED, expiresAt: Date.now() - 1000 };
    worker = await startTestWorker({ settings: { clients: [expired] } });
    expect((await worker.ask("/api/keys")).json["keys"]).toEqual([expect.objectContaining({ status: "expired" })]);
  });
});

describe("gateways that ask for the keys", () => {
  it("get them only when they have changed", async () => {
    await worker.ask("/api/keys", { json: { name: "laptop" } });
    const first = await worker.ask("/clients");
    const { revision } = first.json as unknown as ClientPolicies;
    const etag = first.headers.get("etag") ?? "";
    expect((await worker.ask("/clients", { headers: { "if-none-match": etag } })).status).toBe(304);
    expect((await worker.ask("/clients", { headers: { "if-none-match": `W/${etag}` } })).status).toBe(304);
    expect((await worker.ask(`/clients?since=${revision}`)).status).toBe(304);
    await worker.ask("/api/keys", { json: { name: "bert" } });
    const later = await worker.ask(`/clients?since=${revision}`, { headers: { "if-none-match": etag } });
    expect(later.status).toBe(200);
    expect(later.json["clients"]).toHaveLength(2);
    expect(Number(later.json["revision"])).toBeGreaterThan(revision);
  });

  it("get them whole where their revision is of another ledger", async () => {
    expect((await worker.ask("/clients?since=999")).status).toBe(200);
    expect((await worker.ask("/clients?since=soon")).status).toBe(400);
  });

  it("do not get those of the configuration, which they know themselves", async () => {
    expect((await policies()).clients).toEqual([]);
  });
});

describe("gateways that ask what was spent", () => {
  it("get the sums of the windows that they are in, by account", async () => {
    const settings = workerSettings();
    const lone = await startTestWorker({ deps: { settings } });
    const now = Date.now();
    const lastYear = now - 370 * 86_400_000;
    await lone.ask("/usage", {
      json: {
        events: [
          costing(1, { client: "c1", at: now }),
          costing(2, { client: "c2", at: now }),
          costing(4, { at: now }),
          costing(8, { client: "c1", at: lastYear }),
          costing(16, { client: "c1", at: now, subscription: true }),
        ],
      },
    });
    const { json } = await lone.ask("/spend");
    const sums = json["sums"] as {
      account: string;
      allowance: { name: string; startsAt: number; endsAt: number };
      used: number;
    }[];
    const used = Object.fromEntries(
      sums.map(({ account, allowance, used: nano }) => [`${account} ${allowance.name}`, nano / 1e9]),
    );
    expect(used).toEqual({
      "mesh hour": 7,
      "mesh day": 7,
      "mesh month": 7,
      "client c1 hour": 1,
      "client c1 day": 1,
      "client c1 month": 1,
      "client c2 hour": 2,
      "client c2 day": 2,
      "client c2 month": 2,
      "provider anthropic hour": 7,
      "provider anthropic day": 7,
      "provider anthropic month": 7,
      "model claude-sonnet-4-5 hour": 7,
      "model claude-sonnet-4-5 day": 7,
      "model claude-sonnet-4-5 month": 7,
    });
    for (const { allowance } of sums) {
      expect(allowance).toMatchObject({ unit: "nanoDollars" });
      expect(allowance.startsAt).toBeLessThanOrEqual(Number(json["at"]));
      expect(allowance.endsAt).toBeGreaterThan(Number(json["at"]));
    }
    await lone.close();
  });
});
