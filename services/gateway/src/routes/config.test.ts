import { describe, expect, it } from "@jest/globals";
import { createSecret, type Settings, SettingsError } from "@switchyard/service-kit";

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

  it("read the settings anew, and tell whose service must start again", async () => {
    let next: Settings | undefined;
    const started = await mesh(2, { deps: { reload: () => next ?? started.holder.current() } });
    const [one, two] = started.holder.current().providers;
    if (one === undefined || two === undefined) throw new Error("two providers were asked for");
    next = gatewaySettings([
      { ...one, weight: 7 },
      { ...two, credential: { type: "api_key", value: createSecret("other") } },
    ]);
    const { json } = await post(started, {}, {}, "/api/config/reload");
    expect(json).toMatchObject({ status: "success", changed: true, services_to_restart: ["two"] });
    expect(started.holder.current()).toBe(next);
    expect((await post(started, {}, {}, "/api/config/reload")).json).toMatchObject({ changed: false });
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

async function put(started: TestMesh, body: unknown): Promise<{ status: number; text: string; json: unknown }> {
  const answer = await fetch(`${started.gateway.url}/api/config/providers`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  return { status: answer.status, text, json: JSON.parse(text) };
}
