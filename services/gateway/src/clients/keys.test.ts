import { describe, expect, it } from "@jest/globals";
import { createSecret, toGatewayToken } from "@switchyard/service-kit";

import { clientPolicy, digestOf } from "../testing/client-policy.ts";
import { costSettings } from "../testing/gateway-settings.ts";
import { findOwnKeys } from "./own-keys.ts";
import { get, MINIMAL, post, startMesh, until } from "../testing/test-mesh.ts";

import { as, cleanups, currentWorker, errorOf, start, stateFolder, useBudgetBench } from "../testing/budget-bench.ts";

useBudgetBench();

describe("keys of clients", () => {
  it("open the gateway, those of the configuration and those that the worker tells; others do not", async () => {
    currentWorker().policies = { revision: 1, clients: [clientPolicy("nightly")] };
    const mesh = await start({ clients: [clientPolicy("laptop")] });
    expect((await post(mesh, MINIMAL, as("laptop"))).status).toBe(200);
    await until(async () => (await post(mesh, MINIMAL, as("nightly"))).status === 200);
    expect((await post(mesh, MINIMAL, as("carl"))).status).toBe(401);
    expect((await post(mesh, MINIMAL)).status).toBe(401);
    expect((await get(mesh, "/info", as("laptop"))).json["client_key_required"]).toBe(true);
    const clients = mesh.usage.filter(({ kind }) => kind === "settlement").map(({ attempt }) => attempt.client);
    expect(new Set(clients)).toEqual(new Set(["laptop", "nightly"]));
  });

  it("open it also in the form by which Claude Code shows budgets, which never leaves the gateway either", async () => {
    const mesh = await start({ clients: [clientPolicy("laptop")] });
    const token = toGatewayToken("laptop-key");
    expect((await post(mesh, MINIMAL, { authorization: `Bearer ${token}` })).status).toBe(200);
    expect((await post(mesh, MINIMAL, { "x-api-key": token })).status).toBe(200);
    expect((await post(mesh, MINIMAL, { "x-api-key": toGatewayToken("carls-key") })).status).toBe(401);
    expect(JSON.stringify(mesh.services[0]?.requests)).not.toContain("laptop-key");
    const register = {
      hasKeys: true,
      find: (digest: string) => (digest === digestOf("laptop-key") ? { id: "laptop" } : undefined),
    };
    const headers = { authorization: `Bearer ${token}`, "x-api-key": "another" };
    expect(findOwnKeys({ clients: register }, { settings: mesh.holder.current(), headers })).toEqual([token]);
  });

  it("stand in the books by their digest where they have no policy", async () => {
    const mesh = await start({ gateway: { clientKeys: [createSecret("laptop-key")] } });
    await post(mesh, MINIMAL, as("laptop"));
    expect(mesh.usage[0]?.attempt.client).toBe(`key-${digestOf("laptop-key").slice(0, 8)}`);
  });

  it("that come and go at the worker come and go here", async () => {
    const mesh = await start();
    expect((await post(mesh)).status).toBe(200);
    currentWorker().policies = { revision: 1, clients: [clientPolicy("nightly")] };
    await until(async () => (await post(mesh)).status === 401);
    expect((await post(mesh, MINIMAL, as("nightly"))).status).toBe(200);
    currentWorker().policies = { revision: 2, clients: [clientPolicy("nightly", { revokedAt: 1 })] };
    await until(async () => (await post(mesh, MINIMAL, as("nightly"))).status === 401);
    const refused = await post(mesh, MINIMAL, as("nightly"));
    expect(errorOf(refused.json)).toEqual({
      type: "authentication_error",
      message: 'The client key of "nightly" was revoked.',
    });
  });

  it.each([
    { status: 500, body: "{}" },
    { status: 200, body: "no JSON" },
    { status: 200, body: '{"revision":9,"clients":[{"id":"nightly"}]}' },
  ])("stay as they were where the worker answers $status $body", async (broken) => {
    currentWorker().policies = { revision: 1, clients: [clientPolicy("nightly")] };
    const mesh = await start();
    await until(async () => (await post(mesh, MINIMAL, as("nightly"))).status === 200);
    currentWorker().broken = broken;
    const asked = currentWorker().asked.length;
    await until(() => currentWorker().asked.length > asked + 3);
    expect((await post(mesh, MINIMAL, as("nightly"))).status).toBe(200);
    expect((await post(mesh)).status).toBe(401);
  });

  it("do not leave the gateway for an upstream that gets the client's own credential", async () => {
    currentWorker().policies = { revision: 1, clients: [clientPolicy("nightly")] };
    const mesh = await startMesh(1, {
      providers: [{ credential: { type: "client" } as never }],
      settings: { stateDirectory: stateFolder(), costs: { ...costSettings(), workerUrl: currentWorker().url } },
      deps: { clients: { policyIntervalMs: 20 } },
    });
    cleanups.push(() => mesh.close());
    await until(async () => (await post(mesh, MINIMAL, as("nightly"))).status === 200);
    await post(mesh, MINIMAL, { "x-switchyard-key": "nightly-key", authorization: "Bearer sk-ant-oat-own" });
    expect(mesh.services[0]?.requests.at(-2)?.headers).not.toHaveProperty("x-api-key");
    expect(mesh.services[0]?.requests.at(-1)?.headers.authorization).toBe("Bearer sk-ant-oat-own");
  });
});

describe("what a client may use", () => {
  it("decides where its requests go, and the record says what was left out", async () => {
    const mesh = await start({ clients: [clientPolicy("laptop", { providers: ["two"] })], providers: 2 });
    const answer = await post(mesh, MINIMAL, as("laptop"));
    expect(answer.headers.get("x-switchyard-provider")).toBe("two");
    const record = await get(mesh, `/admin/explain/${answer.headers.get("request-id")}`);
    expect(record.text).toContain('is not allowed for the client \\"laptop\\"');
  });

  it("is named where a request asks for something else only", async () => {
    const mesh = await start({ clients: [clientPolicy("laptop", { models: ["claude-haiku-*"] })] });
    const answer = await post(mesh, MINIMAL, as("laptop"));
    expect(answer.status).toBe(403);
    expect(errorOf(answer.json)).toEqual({
      type: "permission_error",
      message: 'The model "claude-test" is not allowed for the client "laptop"; allowed are the models claude-haiku-*',
    });
    expect(mesh.services[0]?.requests).toHaveLength(0);
  });
});
