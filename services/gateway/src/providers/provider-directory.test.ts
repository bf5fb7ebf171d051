import { afterEach, describe, expect, it } from "@jest/globals";
import {
  createHttpClient,
  createSettingsHolder,
  createSilentLogger,
  type HttpClient,
  type ProviderSettings,
} from "@switchyard/service-kit";

import { type FakeService, modelInfo, startFakeService } from "../testing/fake-service.ts";
import { gatewaySettings, providerSettings } from "../testing/gateway-settings.ts";
import { createProviderDirectory, type ProviderDirectory } from "./provider-directory.ts";

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

async function service(name = "one"): Promise<FakeService> {
  const started = await startFakeService(name, [modelInfo("claude-test")]);
  closers.push(() => started.close());
  return started;
}

function directory(
  providers: readonly ProviderSettings[],
  http: HttpClient = createHttpClient({ connectTimeoutMs: 500 }),
) {
  const holder = createSettingsHolder(gatewaySettings(providers));
  const changes: string[] = [];
  const created = createProviderDirectory({
    settings: holder,
    http,
    logger: createSilentLogger(),
    isSwitchedOff: () => false,
    onChange: (provider) => changes.push(provider),
    intervalMs: 15,
  });
  closers.push(
    () => created.close(),
    () => http.close(),
  );
  return { directory: created, holder, changes };
}

async function until(fact: () => boolean): Promise<void> {
  const deadline = performance.now() + 30_000;
  while (!fact()) {
    if (performance.now() > deadline) throw new Error("It did not come true.");
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

const modelsOf = (known: ProviderDirectory) => known.providers().map(({ info }) => info?.models.length);

describe("createProviderDirectory", () => {
  it("settles when every service that is on has answered", async () => {
    const one = await service();
    const off = providerSettings("off", "http://127.0.0.1:9", { enabled: false, missing: ["KEY"], priority: 2 });
    const { directory: known } = directory([providerSettings("one", one.url), off]);
    expect(modelsOf(known)).toEqual([undefined, undefined]);
    await known.settling;
    expect(known.settling).toBeUndefined();
    expect(modelsOf(known)).toEqual([1, undefined]);
  });

  it("finds a service that comes up late", async () => {
    const first = await service();
    const port = Number(new URL(first.url).port);
    first.close();
    const { directory: known } = directory([providerSettings("one", first.url)]);
    await until(() => known.unreachableReason("one") !== undefined);
    expect(known.unreachableReason("one")).toContain("refused the connection");
    const late = await startFakeService("one", [modelInfo("claude-test")], port);
    closers.push(() => late.close());
    await known.settling;
    expect(modelsOf(known)).toEqual([1]);
    expect(known.unreachableReason("one")).toBeUndefined();
  });

  it("keeps what was good last while a service does not answer", async () => {
    const one = await service();
    const { directory: known } = directory([providerSettings("one", one.url)]);
    await known.settling;
    one.close();
    await until(() => known.unreachableReason("one") !== undefined);
    expect(modelsOf(known)).toEqual([1]);
  });

  it.each([
    ["no JSON", "<html>"],
    ["something else", '{"status":"ok"}'],
  ])("does not believe a service that answers %s", async (_name, text) => {
    const one = await service();
    const { directory: known } = directory([providerSettings("one", one.url)]);
    await known.settling;
    one.info = text as never;
    await until(() => known.unreachableReason("one") !== undefined);
    expect(modelsOf(known)).toEqual([1]);
  });

  it("tells of changes: a restart, another status, other models; of nothing else", async () => {
    const one = await service();
    const { directory: known, changes } = directory([providerSettings("one", one.url)]);
    await known.settling;
    expect(changes).toEqual(["one"]);
    let looks = 0;
    const { info } = one;
    Object.defineProperty(one, "info", { get: () => ({ ...info, uptime: 10 + (looks += 1) }), configurable: true });
    await until(() => looks >= 3);
    expect(changes).toEqual(["one"]);
    Object.defineProperty(one, "info", { value: { ...info, uptime: 0 }, configurable: true });
    await until(() => changes.length === 2);
    Object.defineProperty(one, "info", { value: { ...info, uptime: 1, models: [] }, configurable: true });
    await until(() => changes.length === 3);
    expect(modelsOf(known)).toEqual([0]);
  });

  it("follows new settings: forgets who is gone, asks who is new, keeps what it knows of the rest", async () => {
    const [one, two] = [await service("one"), await service("two")];
    const { directory: known, holder } = directory([providerSettings("one", one.url)]);
    await known.settling;
    holder.replace(gatewaySettings([providerSettings("one", one.url), providerSettings("two", two.url)]));
    expect(modelsOf(known)).toEqual([1, undefined]);
    await known.settling;
    expect(modelsOf(known)).toEqual([1, 1]);
    holder.replace(gatewaySettings([providerSettings("two", two.url)]));
    expect(known.providers().map(({ name }) => name)).toEqual(["two"]);
  });

  it("asks at once when told to", async () => {
    const one = await service();
    const { directory: known } = directory([providerSettings("one", one.url)]);
    await known.settling;
    one.info = { ...one.info, models: [] };
    await known.refresh("one");
    expect(modelsOf(known)).toEqual([0]);
    await known.refresh("nobody");
  });
});
