import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { SettingsError } from "@switchyard/service-kit";
import { findClosedAddress, startFakeWorker, type Answer, type FakeWorker } from "./fake-worker.fixture.ts";
import { runReload } from "./reload.ts";

let folder = "";
const gateways: FakeWorker[] = [];
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "switchyard-reload-"));
});
afterEach(async () => {
  rmSync(folder, { recursive: true, force: true });
  await Promise.all(gateways.splice(0).map(async (gateway) => gateway.close()));
});

async function run(url: string) {
  let output = "";
  let errors = "";
  const code = await runReload({
    cwd: folder,
    env: { HOME: folder, GATEWAY_PORT: new URL(url).port, SWITCHYARD_ADMIN_TOKEN: "the-admin" },
    write: (text) => void (output += text),
    writeError: (text) => void (errors += text),
  });
  return { code, output, errors };
}

async function start(answer: Answer): Promise<FakeWorker> {
  const gateway = await startFakeWorker(answer);
  gateways.push(gateway);
  return gateway;
}

const ANSWER = { status: "success", changed: true, warnings: [], services_reloaded: [], services_to_restart: [] };

describe("switchyard reload", () => {
  it("says who works by the new settings", async () => {
    const gateway = await start(() => ({ body: { ...ANSWER, services_reloaded: ["anthropic", "cost-worker"] } }));
    expect(await run(gateway.url)).toEqual({
      code: 0,
      output: "In force at gateway, anthropic, cost-worker.\n",
      errors: "",
    });
  });

  it("says who must be started again, and what is odd in the settings", async () => {
    const warnings = [{ path: "STRATEGY", problem: "is not known", remedy: "Leave it out." }];
    const gateway = await start(() => ({ body: { ...ANSWER, services_to_restart: ["openai"], warnings } }));
    const { output } = await run(gateway.url);
    expect(output).toBe(
      "In force at gateway.\nTo be started again for it: openai; the log says why.\nSTRATEGY: is not known. Leave it out.\n",
    );
  });

  it("says so when nothing has changed", async () => {
    const gateway = await start(() => ({ body: { ...ANSWER, changed: false } }));
    expect((await run(gateway.url)).output).toBe("Nothing has changed.\n");
  });

  it("tells why the gateway refuses", async () => {
    const json = { type: "error", error: { type: "permission_error", message: "This needs the admin token." } };
    const gateway = await start(() => ({ status: 403, body: json }));
    const { code, errors } = await run(gateway.url);
    expect([code, errors]).toEqual([69, expect.stringContaining("keeps its settings: This needs the admin token.")]);
  });

  it("tells what answers when it is no gateway", async () => {
    const gateway = await start(() => ({ status: 200, body: { hello: true } }));
    expect((await run(gateway.url)).errors).toContain("it answered 200");
  });

  it("says what to do when no gateway runs", async () => {
    const { code, errors } = await run(await findClosedAddress());
    expect([code, errors]).toEqual([69, expect.stringContaining("Start the mesh with npm start")]);
  });

  it("asks nobody when there is a problem in the settings", async () => {
    const gateway = await start(() => ({ body: ANSWER }));
    writeFileSync(path.join(folder, "switchyard.yaml"), "gateway: { strategy: fastest }\n");
    await expect(run(gateway.url)).rejects.toThrow(SettingsError);
    expect(gateway.asked).toEqual([]);
  });
});
