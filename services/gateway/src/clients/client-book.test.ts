import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { createSecret, createSettingsHolder, type Settings } from "@switchyard/service-kit";
import type { ClientPolicies, ClientPolicy } from "@switchyard/wire";

import { clientPolicy, digestOf } from "../testing/client-policy.ts";
import { gatewaySettings } from "../testing/gateway-settings.ts";
import { type ClientBook, type ClientBookOptions, createClientBook } from "./client-book.ts";

const NOW = Date.parse("2026-11-21T12:00:00Z");
let folder = "";
let problems: string[] = [];
const open: ClientBook[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "switchyard-clients-"));
  problems = [];
});
afterEach(() => {
  for (const book of open.splice(0)) book.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Start extends Partial<ClientBookOptions> {
  known?: Settings;
  told?: () => Promise<ClientPolicies | undefined>;
}

function start({ known = gatewaySettings([]), told, ...more }: Start = {}): ClientBook {
  const book = createClientBook({
    settings: createSettingsHolder(known),
    fetchPolicies: told ?? (() => Promise.reject(new Error("away"))),
    intervalMs: 3_600_000,
    now: () => NOW,
    onProblem: (message) => problems.push(message),
    ...more,
  });
  open.push(book);
  return book;
}

const tells =
  (...clients: ClientPolicy[]) =>
  async (): Promise<ClientPolicies> => ({ revision: 1, clients });

describe("the book of client keys", () => {
  it("is empty where nobody has a key", async () => {
    const book = start({ told: tells() });
    expect(await book.refresh()).toBe(true);
    expect(book.hasKeys).toBe(false);
    expect(book.find(digestOf("laptop-key"))).toBeUndefined();
    expect(book.policyOf(undefined)).toBeUndefined();
  });

  it("knows the keys of the settings, of its clients, and of the worker", async () => {
    const known = gatewaySettings(
      [],
      { clientKeys: [createSecret("plain")] },
      { clients: [clientPolicy("nightly", { source: "configuration" })] },
    );
    const book = start({ known, told: tells(clientPolicy("laptop")) });
    expect(book.hasKeys).toBe(true);
    await book.refresh();
    expect(book.find(digestOf("plain"))).toEqual({ id: `key-${digestOf("plain").slice(0, 8)}` });
    expect(book.find(digestOf("nightly-key"))).toEqual({ id: "nightly" });
    expect(book.find(digestOf("laptop-key"))).toEqual({ id: "laptop" });
    expect(book.policyOf("laptop")?.source).toBe("ledger");
    expect(book.policyOf(`key-${digestOf("plain").slice(0, 8)}`)).toBeUndefined();
    expect(book.find(digestOf("laptop"))).toBeUndefined();
    expect(book.find("")).toBeUndefined();
  });

  it("takes the word of the configuration before that of the worker, of the same name or the same key", async () => {
    const fixed = clientPolicy("laptop", { source: "configuration", budgets: { hour: 1 } });
    const plain = createSecret("carl-key");
    const known = gatewaySettings([], { clientKeys: [plain] }, { clients: [fixed] });
    const book = start({
      known,
      told: tells(clientPolicy("laptop", { keyDigest: digestOf("stale") }), clientPolicy("carl")),
    });
    await book.refresh();
    expect(book.policyOf("laptop")).toEqual(fixed);
    expect(book.find(digestOf("stale"))).toBeUndefined();
    expect(book.find(digestOf("carl-key"))).toEqual({ id: `key-${digestOf("carl-key").slice(0, 8)}` });
  });

  it("says why a key is no longer valid, and stays closed to others", async () => {
    const book = start({
      told: tells(
        clientPolicy("laptop", { expiresAt: NOW }),
        clientPolicy("nightly", { revokedAt: NOW - 1 }),
        clientPolicy("carl", { expiresAt: NOW + 1 }),
      ),
    });
    await book.refresh();
    expect(book.find(digestOf("laptop-key"))).toEqual({
      id: "laptop",
      refused: 'The client key of "laptop" expired on 2026-11-21T12:00:00.000Z.',
    });
    expect(book.find(digestOf("nightly-key"))?.refused).toBe('The client key of "nightly" was revoked.');
    expect(book.find(digestOf("carl-key"))).toEqual({ id: "carl" });
    expect(book.hasKeys).toBe(true);
  });

  it("keeps what it knows while the worker is away, and complains once", async () => {
    let away = false;
    const book = start({
      told: () => (away ? Promise.reject(new Error("away")) : tells(clientPolicy("laptop"))()),
    });
    await book.refresh();
    away = true;
    expect(await book.refresh()).toBe(false);
    expect(await book.refresh()).toBe(false);
    expect(book.find(digestOf("laptop-key"))).toEqual({ id: "laptop" });
    expect(problems).toHaveLength(1);
    away = false;
    expect(await book.refresh()).toBe(true);
  });

  it("asks only for what has changed", async () => {
    const asked: (number | undefined)[] = [];
    const book = start({
      fetchPolicies: async (since) => {
        asked.push(since);
        return since === undefined ? { revision: 7, clients: [clientPolicy("laptop")] } : undefined;
      },
    });
    await book.refresh();
    await book.refresh();
    expect(asked).toEqual([undefined, 7]);
    expect(book.find(digestOf("laptop-key"))).toEqual({ id: "laptop" });
  });

  it("asks once for all who ask at the same time", async () => {
    let asked = 0;
    const book = start({
      fetchPolicies: async () => {
        asked += 1;
        return { revision: 1, clients: [] };
      },
    });
    await Promise.all([book.refresh(), book.refresh(), book.refresh()]);
    expect(asked).toBe(1);
  });

  it("reads replaced settings at the next request", () => {
    const holder = createSettingsHolder(gatewaySettings([]));
    const book = start({ settings: holder });
    expect(book.hasKeys).toBe(false);
    holder.replace(gatewaySettings([], {}, { clients: [clientPolicy("laptop", { source: "configuration" })] }));
    expect(book.find(digestOf("laptop-key"))).toEqual({ id: "laptop" });
  });
});

const file = (): string => join(folder, "state", "client-keys.json");

describe("the kept client keys", () => {
  it("are known to a gateway that starts while the worker is away: digests, for nobody else's eyes", async () => {
    const before = start({ cacheFile: file(), told: tells(clientPolicy("laptop", { budgets: { day: 5 } })) });
    await before.refresh();
    const after = start({ cacheFile: file() });
    expect(after.hasKeys).toBe(true);
    expect(after.find(digestOf("laptop-key"))).toEqual({ id: "laptop" });
    expect(after.policyOf("laptop")?.budgets).toEqual({ day: 5 });
    expect(statSync(file()).mode & 0o777).toBe(0o600);
    expect(readFileSync(file(), "utf8")).not.toContain("laptop-key");
    expect(problems).toEqual([]);
  });

  it("are asked for anew by a gateway that has only kept ones", async () => {
    await start({ cacheFile: file(), told: tells(clientPolicy("laptop")) }).refresh();
    const asked: (number | undefined)[] = [];
    const after = start({
      cacheFile: file(),
      fetchPolicies: async (since) => {
        asked.push(since);
        return { revision: 0, clients: [] };
      },
    });
    await after.refresh();
    expect(asked).toEqual([undefined]);
    expect(after.hasKeys).toBe(false);
  });

  it.each([
    ["empty", ""],
    ["not JSON", "{"],
    ["something else", '{"keys":[]}'],
    [
      "a key in plain",
      JSON.stringify({ revision: 1, clients: [{ ...clientPolicy("laptop"), keyDigest: "laptop-key" }] }),
    ],
    [
      "a budget that is none",
      JSON.stringify({ revision: 1, clients: [{ ...clientPolicy("laptop"), budgets: { day: "5" } }] }),
    ],
  ])("begin anew, and somebody is told, where the file is %s", async (_, text) => {
    const bad = join(folder, "bad.json");
    writeFileSync(bad, text);
    const book = start({ cacheFile: bad, told: tells(clientPolicy("laptop")) });
    expect(book.hasKeys).toBe(false);
    expect(problems).toEqual(["the kept client keys cannot be read"]);
    await book.refresh();
    expect(start({ cacheFile: bad }).find(digestOf("laptop-key"))).toEqual({ id: "laptop" });
  });

  it("that cannot be written keep nobody from going on", async () => {
    writeFileSync(join(folder, "file"), "");
    const book = start({ cacheFile: join(folder, "file", "keys.json"), told: tells(clientPolicy("laptop")) });
    expect(await book.refresh()).toBe(true);
    expect(book.find(digestOf("laptop-key"))).toEqual({ id: "laptop" });
    expect(problems).toContain("client keys cannot be kept for the next start");
  });
});
