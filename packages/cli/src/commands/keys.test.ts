import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { toGatewayToken } from "@switchyard/service-kit";
import { findClosedAddress, startFakeWorker, type Answer, type FakeWorker } from "./fake-worker.fixture.ts";
import { runCreateKey, runListKeys, runRevokeKey, type KeysProcess } from "./keys.ts";

let folder = "";
const workers: FakeWorker[] = [];
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "switchyard-keys-"));
});
afterEach(async () => {
  rmSync(folder, { recursive: true, force: true });
  await Promise.all(workers.splice(0).map(async (worker) => worker.close()));
});

async function start(answer: Answer): Promise<FakeWorker> {
  const worker = await startFakeWorker(answer);
  workers.push(worker);
  return worker;
}

async function run(action: (around: KeysProcess) => Promise<number>, env: Record<string, string> = {}) {
  let output = "";
  let errors = "";
  const code = await action({
    cwd: folder,
    env: { HOME: folder, ...env },
    columns: undefined,
    write: (text) => void (output += text),
    writeError: (text) => void (errors += text),
  });
  return { code, output, errors };
}

const SHOWN = {
  id: "laptop-1f2e",
  name: "Laptop",
  source: "ledger",
  status: "active",
  budgets: { hour: null, day: 5, month: 100 },
  spent: { hour: 0.25, day: 1.5, month: 20 },
  requests_per_minute: 60,
  tokens_per_minute: null,
  providers: ["anthropic"],
  models: null,
  expires: "2027-01-31T00:00:00.000Z",
  strict: false,
  over_budget: "refuse",
};
const FIXED = {
  ...SHOWN,
  id: "ci",
  name: "CI",
  source: "configuration",
  budgets: { hour: null, day: null, month: null },
  spent: { hour: null, day: null, month: null },
  requests_per_minute: null,
  providers: null,
  expires: null,
};

describe("switchyard keys create", () => {
  it("shows the key once, by itself on its line", async () => {
    const worker = await start(() => ({ status: 201, body: { ...SHOWN, key: "sk-switchyard-abc" } }));
    const { code, output } = await run(async (around) => runCreateKey("Laptop", { url: worker.url }, around));
    expect(code).toBe(0);
    expect(output.split("\n")).toContain("  sk-switchyard-abc");
    expect(output.split("\n")).toContain(`  export ANTHROPIC_AUTH_TOKEN=${toGatewayToken("sk-switchyard-abc")}`);
    expect(output).toMatch(/shown once/);
    // The first key shuts out whoever worked without one until then.
    expect(output).toMatch(/Clients that show no key, or another, are\nrefused/);
  });

  it("sends what was asked for and nothing else", async () => {
    const worker = await start(() => ({ status: 201, body: { ...SHOWN, key: "k" } }));
    const token = { SWITCHYARD_ADMIN_TOKEN: "secret-admin" };
    await run(async (around) => runCreateKey("Laptop", { url: worker.url }, around), token);
    const options = {
      url: worker.url,
      hour: "1",
      day: "$5",
      month: "100.50",
      requests: "60",
      tokens: "90000",
      providers: "anthropic, vertex,",
      models: "claude-*",
      expires: "2027-01-31",
      strict: true,
      overBudget: "cheaper",
    };
    await run(async (around) => runCreateKey("Nightly", options, around), token);
    expect(
      worker.asked.map(({ method, path: where, authorization, body }) => ({ method, where, authorization, body })),
    ).toEqual([
      { method: "POST", where: "/api/keys", authorization: "Bearer secret-admin", body: { name: "Laptop" } },
      {
        method: "POST",
        where: "/api/keys",
        authorization: "Bearer secret-admin",
        body: {
          name: "Nightly",
          budgets: { hour: 1, day: 5, month: 100.5 },
          requests_per_minute: 60,
          tokens_per_minute: 90_000,
          providers: ["anthropic", "vertex"],
          models: ["claude-*"],
          expires: "2027-01-31",
          strict: true,
          over_budget: "cheaper",
        },
      },
    ]);
  });

  it.each(["", "free", "-1", "0", "Infinity"])("refuses a budget of %j before anybody is asked", async (day) => {
    const worker = await start(() => ({ body: {} }));
    const { code, errors } = await run(async (around) => runCreateKey("Laptop", { url: worker.url, day }, around));
    expect(code).toBe(1);
    expect(errors).toMatch(/^--day .* is no number above zero\.\n$/);
    expect(worker.asked).toEqual([]);
  });

  it("refuses half a request and a key without a name in words of its own", async () => {
    const worker = await start(() => ({ body: {} }));
    const half = await run(async (around) => runCreateKey("Laptop", { url: worker.url, requests: "1.5" }, around));
    expect(half).toEqual({ code: 1, output: "", errors: '--requests "1.5" is no whole number.\n' });
    const nameless = await run(async (around) => runCreateKey(" ", { url: worker.url }, around));
    expect(nameless).toEqual({ code: 1, output: "", errors: "A key needs a name: whose it is.\n" });
    expect(worker.asked).toEqual([]);
  });

  it("tells what the worker found wrong", async () => {
    const worker = await start(() => ({ status: 400, body: { error: { message: "expires: This date is over" } } }));
    const { code, output, errors } = await run(async (around) => runCreateKey("Laptop", { url: worker.url }, around));
    expect({ code, output }).toEqual({ code: 1, output: "" });
    expect(errors).toMatch(/refused: expires: This date is over\./);
  });

  it("gives JSON as the worker told it, and the token for Claude Code", async () => {
    const told = { ...SHOWN, key: "sk-switchyard-abc", more: 1 };
    const worker = await start(() => ({ status: 201, body: told }));
    const { output } = await run(async (around) => runCreateKey("Laptop", { url: worker.url, json: true }, around));
    expect(JSON.parse(output)).toEqual({ ...told, claude_code_token: toGatewayToken("sk-switchyard-abc") });
  });
});

describe("switchyard keys list", () => {
  it("shows spent and allowed, and which keys commands cannot change", async () => {
    const worker = await start(() => ({ body: { keys: [SHOWN, FIXED] } }));
    const { code, output } = await run(async (around) => runListKeys({ url: worker.url }, around));
    expect(code).toBe(0);
    expect(output).toMatch(
      /Laptop\s+laptop-1f2e\s+active\s+\$0\.25\s+\$1\.50 of \$5\.00\s+\$20\.00 of \$100\.00\s+60 requests\s+anthropic\s+2027-01-31/,
    );
    expect(output).toMatch(/CI\s+ci \(fixed\)\s+active\s+–\s+–\s+–\s+–\s+all\s+never/);
  });

  it("says how to make the first one", async () => {
    const worker = await start(() => ({ body: { keys: [] } }));
    const { output } = await run(async (around) => runListKeys({ url: worker.url }, around));
    expect(output).toMatch(/npm run mesh -- keys create/);
  });

  it("says what to do where the worker is away", async () => {
    const url = await findClosedAddress();
    const { code, errors } = await run(async (around) => runListKeys({ url }, around));
    expect(code).toBe(1);
    expect(errors).toBe(
      `the cost worker at ${url} does not answer (ECONNREFUSED). Is the mesh running? The address is costs.worker_url, or --url.\n`,
    );
  });

  it.each([
    [{}, /wants an admin token and none is set: set SWITCHYARD_ADMIN_TOKEN or gateway\.admin_token/],
    [{ SWITCHYARD_ADMIN_TOKEN: "wrong" }, /does not accept the admin token: set SWITCHYARD_ADMIN_TOKEN/],
  ])("says which token is missing or wrong, and never repeats it", async (env, message) => {
    const worker = await start(() => ({ status: 401, body: { error: { message: "no" } } }));
    const { code, errors } = await run(async (around) => runListKeys({ url: worker.url }, around), env);
    expect(code).toBe(1);
    expect(errors).toMatch(message);
    expect(errors).not.toContain("wrong");
  });

  it("does not take another server for the worker", async () => {
    const worker = await start(() => ({ body: { status: "ok" } }));
    const { code, errors } = await run(async (around) => runListKeys({ url: worker.url }, around));
    expect(code).toBe(1);
    expect(errors).toMatch(/is no cost worker of this version/);
  });
});

describe("switchyard keys revoke", () => {
  it("revokes by id, whatever characters it has", async () => {
    const worker = await start(() => ({ body: SHOWN }));
    const { code, output } = await run(async (around) => runRevokeKey("a/b?c", { url: `${worker.url}/` }, around));
    expect(code).toBe(0);
    expect(output).toMatch(/Laptop \(laptop-1f2e\) is revoked/);
    expect(worker.asked[0]).toMatchObject({ method: "DELETE", path: "/api/keys/a%2Fb%3Fc" });
  });

  it("says that there is no such key", async () => {
    const worker = await start(() => ({
      status: 404,
      body: { error: { message: 'There is no key with the id "x"' } },
    }));
    const { code, errors } = await run(async (around) => runRevokeKey("x", { url: worker.url }, around));
    expect(code).toBe(1);
    expect(errors).toMatch(/There is no key with the id "x"/);
  });
});
