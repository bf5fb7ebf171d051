import { describe, expect, it } from "@jest/globals";
import { createSecret, type ProviderSettings, type Settings, SettingsError } from "@switchyard/service-kit";

import { gatewaySettings } from "../testing/gateway-settings.ts";
import { get, post, type TestMesh, useMeshes } from "../testing/test-mesh.ts";

const mesh = useMeshes();
const KEY = "sk-very-secret";

describe("the configuration's routes", () => {
  it("show what is in force without anything secret", async () => {
    const credential = { type: "api_key", value: createSecret(KEY) } as const;
    const customHeaders = { "x-team": "team-secret" };
    const started = await mesh(1, { providers: [{ credential, customHeaders }] });
    const { status, text, json } = await get(started, "/api/config/providers");
    expect(status).toBe(200);
    expect(text).not.toContain(KEY);
    expect(text).not.toContain("team-secret");
    expect(json).toMatchObject({
      providers: [{ name: "one", credential: { value: "***" }, customHeaders: ["x-team"] }],
    });
  });

  it("read the settings anew, and have the services do the same", async () => {
    const { started, one, two, readNext } = await withNextSettings();
    readNext([
      { ...one, weight: 7 },
      { ...two, credential: { type: "api_key", value: createSecret("other") } },
    ]);
    say(started, { one: [], two: ["two"] });
    const { json } = await post(started, {}, {}, "/api/config/reload");
    expect(json).toMatchObject({
      status: "success",
      changed: true,
      services_reloaded: ["two"],
      services_to_restart: [],
    });
    expect(started.holder.current().providers[0]?.weight).toBe(7);
    expect((await post(started, {}, {}, "/api/config/reload")).json).toMatchObject({ changed: false });
  });

  it("tell who must start again: whose service is silent, or cannot follow", async () => {
    const { started, one, two, readNext } = await withNextSettings();
    const changes = { maxRetries: 5 };
    const three = { ...one, name: "three", serviceUrl: "http://127.0.0.1:9" };
    readNext([{ ...one, ...changes }, { ...two, ...changes }, three]);
    const [first] = started.services;
    if (first !== undefined)
      first.reloaded = { revision: "r", changed: [], failed: [{ name: "one", reason: "port 1 is in use" }] };
    const { json } = await post(started, {}, {}, "/api/config/reload");
    expect(json).toMatchObject({ services_reloaded: [], services_to_restart: ["one", "two", "three"] });
    expect(started.holder.current().providers.map(({ name }) => name)).toEqual(["one", "two", "three"]);
  });

  it("do not name a service that is silent but has nothing to follow", async () => {
    const { started, one, two, readNext } = await withNextSettings();
    readNext([{ ...one, priority: 9 }, two]);
    const { json } = await post(started, {}, {}, "/api/config/reload");
    expect(json).toMatchObject({ changed: true, services_reloaded: [], services_to_restart: [] });
  });

  it("change nothing when there is a problem, and name it with its remedy", async () => {
    const problem = { path: "switchyard.yaml: port", problem: "is no number", remedy: "Write a number." };
    const reload = (): Settings => {
      throw new SettingsError([problem]);
    };
    const started = await mesh(1, { deps: { reload } });
    const before = started.holder.current();
    const { status, text } = await post(started, {}, {}, "/api/config/reload");
    expect(status).toBe(400);
    expect(text).toContain("switchyard.yaml: port: is no number. Write a number.");
    expect(started.holder.current()).toBe(before);
  });

  it("say so where the settings are fixed", async () => {
    const started = await mesh(1);
    expect((await post(started, {}, {}, "/api/config/reload")).status).toBe(501);
  });

  it("write changes of providers into the file, and put them in force at once", async () => {
    const changed: unknown[] = [];
    const started = await mesh(2, {
      deps: {
        configuration: {
          path: () => "/etc/switchyard.yaml",
          change: (providers) => {
            changed.push(providers);
            const [one, two] = started.holder.current().providers;
            if (one === undefined || two === undefined) throw new Error("two providers were asked for");
            return { settings: gatewaySettings([{ ...one, maxRetries: 2 }, two]), backup: "/etc/switchyard.yaml.bak" };
          },
        },
      },
    });
    const { status, json } = await put(started, { providers: [{ name: "one", max_retries: 2 }] });
    expect([status, changed]).toEqual([200, [[{ name: "one", max_retries: 2 }]]]);
    expect(json).toMatchObject({
      status: "success",
      file: "/etc/switchyard.yaml",
      backup: "/etc/switchyard.yaml.bak",
      services_to_restart: ["one"],
    });
    expect(started.holder.current().providers[0]?.maxRetries).toBe(2);
  });

  it.each([
    ["no list", {}, /providers/],
    ["an entry without a name", { providers: [{ priority: 1 }] }, /providers\.0\.name/],
    ["something else beside it", { providers: [{ name: "one" }], gateway: {} }, /gateway/],
  ])("refuse a change with %s", async (_name, body, pattern) => {
    const configuration = {
      path: () => "",
      change: () => {
        throw new Error("never asked");
      },
    };
    const started = await mesh(1, { deps: { configuration } });
    const { status, text } = await put(started, body);
    expect(status).toBe(400);
    expect(text).toMatch(pattern);
  });

  it("refuse a change that would be wrong, with all its problems", async () => {
    const configuration = {
      path: () => "",
      change: () => {
        throw new SettingsError([
          { path: "switchyard.yaml: providers[0].port", problem: "is taken", remedy: "Choose another." },
        ]);
      },
    };
    const started = await mesh(1, { deps: { configuration } });
    const before = started.holder.current();
    const { status, text } = await put(started, { providers: [{ name: "one", port: 1 }] });
    expect([status, started.holder.current() === before]).toEqual([400, true]);
    expect(text).toContain("switchyard.yaml: providers[0].port: is taken. Choose another.");
  });
});

/** Two providers, and what the next reading of the settings brings. */
async function withNextSettings() {
  let next: Settings | undefined;
  const started = await mesh(2, { deps: { reload: () => next ?? started.holder.current() } });
  const [one, two] = started.holder.current().providers;
  if (one === undefined || two === undefined) throw new Error("two providers were asked for");
  const readNext = (providers: ProviderSettings[]): void => {
    next = gatewaySettings(providers);
  };
  return { started, one, two, readNext };
}

/** What each service says that it has changed. */
function say(started: TestMesh, changed: Readonly<Record<string, string[]>>): void {
  for (const service of started.services) {
    service.reloaded = { revision: "r", changed: changed[service.info.provider] ?? [], failed: [] };
  }
}

async function put(started: TestMesh, body: unknown): Promise<{ status: number; text: string; json: unknown }> {
  const answer = await fetch(`${started.gateway.url}/api/config/providers`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  return { status: answer.status, text, json: JSON.parse(text) };
}
