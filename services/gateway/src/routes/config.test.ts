import { describe, expect, it } from "@jest/globals";
import { createSecret, type Settings, SettingsError } from "@switchyard/service-kit";

import { gatewaySettings } from "../testing/gateway-settings.ts";
import { get, post, useMeshes } from "../testing/test-mesh.ts";

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
});
