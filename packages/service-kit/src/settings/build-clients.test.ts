import { createHash } from "node:crypto";
import { describe, expect, it } from "@jest/globals";
import { cleanUpAfterEach, load, problemsOf } from "./load.fixture.ts";
import type { World } from "./load.fixture.ts";

cleanUpAfterEach();

const KEY = "hunter2-hunter2-hunter2";
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

const world = (clients: unknown, more: World = {}): World => ({
  ...more,
  files: { "switchyard.yaml": { gateway: { clients } }, ...more.files },
});
const clientsOf = (clients: unknown, more?: World) => load(world(clients, more)).clients;

describe("holders of client keys", () => {
  it("are none unless named", () => {
    expect(load({}).clients).toEqual([]);
  });

  it("may have everything", () => {
    expect(
      clientsOf([
        {
          name: "Team A's Läptop (work)",
          key: KEY,
          budgets: { hour: 0.5, day: "$2", month: 30 },
          requests_per_minute: 60,
          tokens_per_minute: "50_000",
          providers: ["anthropic", "github"],
          models: ["claude-haiku-*"],
          expires: "2099-06-30T12:00:00+02:00",
          strict: true,
          over_budget: "cheaper",
        },
      ]),
    ).toEqual([
      {
        id: "team-a-s-laptop-work",
        name: "Team A's Läptop (work)",
        keyDigest: sha256(KEY),
        budgets: { hour: 0.5e9, day: 2e9, month: 30e9 },
        requestsPerMinute: 60,
        tokensPerMinute: 50_000,
        providers: ["anthropic", "github-models"],
        models: ["claude-haiku-*"],
        expiresAt: Date.parse("2099-06-30T10:00:00Z"),
        strict: true,
        overBudget: "cheaper",
        createdAt: 0,
        source: "configuration",
      },
    ]);
  });

  it("need no more than a name and a key: they may use all, without a budget", () => {
    expect(clientsOf([{ name: "ci", key: KEY }])).toEqual([
      {
        id: "ci",
        name: "ci",
        keyDigest: sha256(KEY),
        budgets: {},
        strict: false,
        overBudget: "refuse",
        createdAt: 0,
        source: "configuration",
      },
    ]);
  });

  it("tell their key itself, by a variable, by a file, or by its digest alone", () => {
    const clients = clientsOf(
      [
        { name: "a", key: "${KEY_OF_A}" },
        { name: "b", key_file: "keys/b" },
        { name: "c", key_digest: sha256("c").toUpperCase() },
      ],
      { env: { KEY_OF_A_FILE: "keys/a" }, files: { "keys/a": `a-${KEY}\n`, "keys/b": `b-${KEY}\n` } },
    );
    expect(clients.map(({ keyDigest }) => keyDigest)).toEqual([sha256(`a-${KEY}`), sha256(`b-${KEY}`), sha256("c")]);
  });

  it("show their key in no JSON of the settings, and it changes the revision", () => {
    const settings = load(world([{ name: "a", key: KEY }]));
    expect(JSON.stringify(settings)).not.toContain("hunter2");
    expect(load(world([{ name: "a", key: `${KEY}-` }])).revision).not.toBe(settings.revision);
  });

  it("have one key each, stated once", () => {
    const problems = problemsOf(
      world([{ name: "a" }, { name: "b", key: KEY, key_digest: sha256("b") }, { name: "c", key_file: "none" }]),
    );
    expect(problems.map(({ path, problem }) => `${path} ${problem}`)).toEqual([
      "gateway.clients[0] has no key",
      "gateway.clients[1] has more than one of key, key_file and key_digest",
      "gateway.clients[2].key_file the file cannot be read or is empty",
    ]);
  });

  it("share neither name nor key, however these are told, nor a key without a policy", () => {
    const problems = problemsOf(
      world(
        [
          { name: "Team A", key: KEY },
          { name: "team-a", key: `${KEY}-2` },
          { name: "b", key_digest: sha256(KEY) },
          { name: "c", key: "plain-plain-plain-plain" },
        ],
        { env: { SWITCHYARD_CLIENT_KEY: "plain-plain-plain-plain" } },
      ),
    );
    expect(problems.map(({ path, problem }) => `${path} ${problem}`)).toEqual([
      "gateway.clients[1].name is the name of gateway.clients[0] too",
      "gateway.clients[2].key is the key of gateway.clients[0] too",
      "gateway.clients[3].key is the key of gateway.client_keys too",
    ]);
  });

  it.each([
    ["short-hunter2", "has 13 characters, fewer than 16"],
    ["hunter2 with blanks in it", "holds what a header cannot"],
    ["hunter2-hünter2-hunter2", "holds what a header cannot"],
    [1_234_567_890_123_456, "is not a text"],
  ])("cannot have the key %j, and it is never repeated", (key, problem) => {
    const inline = problemsOf(world([{ name: "a", key }]));
    expect(inline).toEqual([expect.objectContaining({ path: "switchyard.yaml: gateway.clients[0].key", problem })]);
    const inFile = problemsOf(world([{ name: "a", key_file: "key" }], { files: { key: String(key).slice(0, 13) } }));
    expect(inFile.map(({ path }) => path)).toEqual(["gateway.clients[0].key_file"]);
    expect(JSON.stringify([inline, inFile])).not.toMatch(/hunter2|123456/);
  });

  it.each([sha256("a").slice(1), `${sha256("a")}0`, "g".repeat(64)])("cannot have the digest %s", (digest) => {
    expect(problemsOf(world([{ name: "a", key_digest: digest }]))).toEqual([
      expect.objectContaining({ problem: "is not a SHA-256 in hex (64 digits)" }),
    ]);
  });

  it.each(["()", "日本", "x".repeat(65), "key-0123abcd"])("cannot be called %s", (name) => {
    expect(problemsOf(world([{ name, key: KEY }]))).toEqual([
      expect.objectContaining({ path: "gateway.clients[0].name" }),
    ]);
  });

  it("name providers that there are, and at least one where they name any", () => {
    const problems = problemsOf(
      world([
        { name: "a", key: KEY, providers: ["vertex", "antropic", "bedrock"] },
        { name: "b", key: `${KEY}-b`, providers: [], models: [] },
      ]),
    );
    expect(problems).toMatchObject([
      { path: "gateway.clients[0].providers[1]", remedy: 'Did you mean "anthropic"?' },
      { path: "gateway.clients[0].providers[2]", remedy: expect.stringMatching(/^Name one of: anthropic, vertex/) },
      { path: "gateway.clients[1].providers", problem: "names none, so that the key would open nothing" },
      { path: "gateway.clients[1].models" },
    ]);
  });

  it.each([
    ["2099-01-01T00:00:00Z", "2099-01-01T00:00:00Z"],
    ["2099-01-01 00:00:00.500+01:30", "2098-12-31T22:30:00.500Z"],
    ["2099-01-01t00:00:00z", "2099-01-01T00:00:00Z"],
  ])("may expire at %s", (expires, at) => {
    expect(clientsOf([{ name: "a", key: KEY, expires }])[0]?.expiresAt).toBe(Date.parse(at));
  });

  it.each([
    "2099-01-01",
    "2099-01-01T00:00:00",
    "2099-02-30T00:00:00Z",
    "2099-01-01T25:00:00Z",
    "never",
    4_070_908_800,
  ])("cannot expire at %s", (expires) => {
    expect(problemsOf(world([{ name: "a", key: KEY, expires }]))).toEqual([
      expect.objectContaining({ path: "switchyard.yaml: gateway.clients[0].expires" }),
    ]);
  });

  it("whose time is over are a warning, for a restart must not fail by the calendar", () => {
    const clients = [{ name: "a", key: KEY, expires: "2030-01-01T00:00:00Z" }];
    const at = (text: string) => load(world(clients, { now: () => Date.parse(text) })).warnings;
    expect(at("2029-12-31T23:59:59Z")).toEqual([]);
    expect(at("2030-01-01T00:00:00Z")).toEqual([expect.objectContaining({ path: "gateway.clients[0].expires" })]);
  });

  it.each([
    [{ budgets: { day: 0 } }, "budgets.day", undefined],
    [{ budgets: { daily: 1 } }, "budgets.daily", undefined],
    [{ requests_per_minute: 0 }, "requests_per_minute", undefined],
    [{ tokens_per_minute: 1.5 }, "tokens_per_minute", undefined],
    [{ strict: "very" }, "strict", undefined],
    [{ over_budget: "warn" }, "over_budget", "Write one of: refuse, cheaper."],
    [{ request_per_minute: 5 }, "request_per_minute", 'Did you mean "requests_per_minute"?'],
    [{ key_digset: "a" }, "key_digset", 'Did you mean "key_digest"?'],
  ])("cannot have %j", (fields, field, remedy) => {
    expect(problemsOf(world([{ name: "a", key: KEY, ...fields }]))).toEqual([
      expect.objectContaining({
        path: `switchyard.yaml: gateway.clients[0].${field}`,
        ...(remedy === undefined ? {} : { remedy }),
      }),
    ]);
  });

  it("whose variable is not set are a problem, not a door that stands open", () => {
    expect(problemsOf(world([{ name: "a", key: "${NO_SUCH_KEY}" }]))).toEqual([
      expect.objectContaining({
        path: "switchyard.yaml: gateway.clients[0].key",
        problem: "the variable NO_SUCH_KEY is not set",
      }),
    ]);
  });

  it("are part of a frozen snapshot", () => {
    expect(Object.isFrozen(clientsOf([{ name: "a", key: KEY }])[0]?.budgets)).toBe(true);
  });
});
