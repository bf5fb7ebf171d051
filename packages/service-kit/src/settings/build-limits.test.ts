import { describe, expect, it } from "@jest/globals";
import { cleanUpAfterEach, load, problemsOf, providerOf } from "./load.fixture.ts";
import type { LimitSettings } from "./settings.ts";

cleanUpAfterEach();

const MINUTE = 60_000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

interface Configured {
  limits?: string;
  kind?: string;
  env?: Record<string, string>;
  now?: string;
}

const yamlOf = ({ limits, kind = "openai" }: Configured) => ({
  "switchyard.yaml": `providers: [{ name: one, kind: ${kind}, base_url: "http://h/v1", api_key: k${
    limits === undefined ? "" : `, limits: ${limits}`
  } }]`,
});

function limitsOf(configured: Configured): readonly LimitSettings[] {
  const settings = load({
    env: configured.env ?? {},
    files: yamlOf(configured),
    ...(configured.now === undefined ? {} : { now: () => Date.parse(configured.now ?? "") }),
  });
  expect(settings.warnings).toEqual([]);
  return providerOf(settings, "one").limits;
}

const providersJson = (limits: unknown) => ({
  "providers.json": { providers: [{ name: "openai", api_key: "k", limits }] },
});

const problemsIn = (configured: Configured) => problemsOf({ env: configured.env ?? {}, files: yamlOf(configured) });

describe("a provider's limits", () => {
  it("are none unless somebody says so", () => {
    expect(limitsOf({})).toEqual([]);
  });

  it("stand in short form, each by the name of what it allows", () => {
    const limits = limitsOf({
      limits: `{ requests_per_minute: 50, requests_per_day: 1000, tokens_per_minute: 1, tokens_per_day: 2,
        input_tokens_per_minute: "30_000", input_tokens_per_day: 3, output_tokens_per_minute: 8000,
        output_tokens_per_day: 4, concurrency: 5 }`,
    });
    expect(limits.map(({ resource, limit, windowMs }) => [resource, limit, windowMs])).toEqual([
      ["requests", 50, MINUTE],
      ["requests", 1000, DAY],
      ["tokens", 1, MINUTE],
      ["tokens", 2, DAY],
      ["input_tokens", 30_000, MINUTE],
      ["input_tokens", 3, DAY],
      ["output_tokens", 8000, MINUTE],
      ["output_tokens", 4, DAY],
      ["concurrency", 5, MINUTE],
    ]);
  });

  it.each([
    ["rpm", "requests", MINUTE],
    ["rpd", "requests", DAY],
    ["tpm", "tokens", MINUTE],
    ["tpd", "tokens", DAY],
    ["max_requests_per_minute", "requests", MINUTE],
    ["max_tokens_per_minute", "tokens", MINUTE],
  ])("know the older short name %s", (name, resource, windowMs) => {
    expect(limitsOf({ limits: `{ ${name}: 9 }` })).toEqual([
      { resource, limit: 9, windowMs, algorithm: "sliding_window" },
    ]);
  });

  it("stand in a list, where everything about them can be said", () => {
    expect(
      limitsOf({
        limits: `[
          { resource: requests, limit: 50 },
          { resource: tokens, limit: 1000, per: hour, algorithm: token_bucket, burst: 200, models: [gpt-5*, o-series] },
          { resource: input_tokens, limit: 100, per: 5s, algorithm: sliding_window, sub_window: second },
          { resource: output_tokens, limit: 7, per: day, algorithm: fixed_window },
          { resource: concurrency, limit: 3, models: "gpt-5, gpt-6" } ]`,
      }),
    ).toEqual([
      { resource: "requests", limit: 50, windowMs: MINUTE, algorithm: "sliding_window" },
      {
        resource: "tokens",
        limit: 1000,
        windowMs: HOUR,
        algorithm: "token_bucket",
        burst: 200,
        models: ["gpt-5*", "o-series"],
      },
      { resource: "input_tokens", limit: 100, windowMs: 5000, algorithm: "sliding_window", subWindowMs: 1000 },
      { resource: "output_tokens", limit: 7, windowMs: DAY, algorithm: "fixed_window" },
      { resource: "concurrency", limit: 3, windowMs: MINUTE, algorithm: "sliding_window", models: ["gpt-5", "gpt-6"] },
    ]);
  });

  it.each([
    ["anthropic", "requests_per_minute", { algorithm: "token_bucket" }],
    ["anthropic", "output_tokens_per_minute", { algorithm: "token_bucket" }],
    ["anthropic", "requests_per_day", { algorithm: "sliding_window" }],
    ["openai", "requests_per_minute", { algorithm: "sliding_window" }],
    ["openai", "requests_per_day", { algorithm: "sliding_window" }],
    ["azure", "requests_per_minute", { algorithm: "sliding_window", subWindowMs: 10_000 }],
    ["azure", "tokens_per_minute", { algorithm: "sliding_window" }],
    ["azure", "requests_per_day", { algorithm: "sliding_window" }],
    ["gemini", "requests_per_minute", { algorithm: "sliding_window" }],
    ["gemini", "requests_per_day", { algorithm: "fixed_window", offsetMs: 8 * HOUR }],
    ["github-models", "requests_per_day", { algorithm: "fixed_window", offsetMs: 0 }],
    ["openrouter", "requests_per_day", { algorithm: "fixed_window", offsetMs: 0 }],
    ["openai-compatible", "tokens_per_minute", { algorithm: "sliding_window" }],
  ])("of %s count %s as it does", (kind, name, counting) => {
    const [limit] = limitsOf({ kind, limits: `{ ${name}: 9 }`, now: "2026-01-15T12:00:00Z" });
    const { resource: _resource, limit: _limit, windowMs: _windowMs, ...rest } = limit ?? { resource: "none" };
    expect(rest).toEqual(counting);
  });

  it("take an algorithm that was chosen as it is, without what is usual there", () => {
    expect(
      limitsOf({ kind: "azure", limits: "[{ resource: requests, limit: 6, algorithm: sliding_window }]" }),
    ).toEqual([{ resource: "requests", limit: 6, windowMs: MINUTE, algorithm: "sliding_window" }]);
  });

  it.each([
    ["America/Los_Angeles", "2026-01-15T12:00:00Z", 8 * HOUR],
    ["America/Los_Angeles", "2026-07-15T12:00:00Z", 7 * HOUR],
    ["Asia/Kolkata", "2026-07-15T12:00:00Z", DAY - 5.5 * HOUR],
    ["UTC", "2026-07-15T12:00:00Z", 0],
  ])("end their day at midnight in %s, by its clock of %s", (zone, now, offsetMs) => {
    const limits = `[{ resource: requests, limit: 50, per: day, day_ends: ${zone} }]`;
    expect(limitsOf({ limits, now })).toEqual([
      { resource: "requests", limit: 50, windowMs: DAY, algorithm: "fixed_window", offsetMs },
    ]);
  });

  it("are said by variables, which replace what files say of the same", () => {
    const limits = "{ requests_per_minute: 50, input_tokens_per_minute: 40, requests_per_day: 30 }";
    const env = {
      ONE_MAX_REQUESTS_PER_MINUTE: "60",
      ONE_MAX_TOKENS_PER_MINUTE: "50_000",
      ONE_MAX_OUTPUT_TOKENS_PER_MINUTE: "8",
      ONE_MAX_INPUT_TOKENS_PER_MINUTE: "9",
    };
    const numbers = limitsOf({ limits, env }).map(({ resource, limit, windowMs }) => [resource, limit, windowMs]);
    expect(numbers).toEqual([
      ["requests", 30, DAY],
      ["requests", 60, MINUTE],
      ["tokens", 50_000, MINUTE],
      ["input_tokens", 9, MINUTE],
      ["output_tokens", 8, MINUTE],
    ]);
  });

  it("of single models stay beside a variable, which is about all", () => {
    const limits = "[{ resource: requests, limit: 5, models: [gpt-6] }]";
    expect(limitsOf({ limits, env: { ONE_RATE_LIMIT_PER_MINUTE: "60" } })).toMatchObject([
      { limit: 5, models: ["gpt-6"] },
      { limit: 60 },
    ]);
  });

  it("RATE_LIMIT_PER_MINUTE limits the requests of every provider that has no such limit itself", () => {
    const settings = load({
      env: { RATE_LIMIT_PER_MINUTE: "30", OPENAI_API_KEY: "k", OPENROUTER_API_KEY: "k" },
      files: { "switchyard.yaml": "providers: [{ name: openrouter, limits: { rpm: 20, rpd: 50 } }]" },
    });
    expect(settings.warnings).toEqual([]);
    expect(providerOf(settings, "openai").limits).toEqual([
      { resource: "requests", limit: 30, windowMs: MINUTE, algorithm: "sliding_window" },
    ]);
    expect(providerOf(settings, "openrouter").limits.map(({ limit }) => limit)).toEqual([20, 50]);
  });

  it.each([
    ["GITHUB_MODELS", "github-models"],
    ["OPENROUTER", "openrouter"],
    ["VERTEX", "vertex"],
    ["ANTHROPIC", "anthropic"],
  ])("%s_MAX_REQUESTS_PER_MINUTE and _MAX_TOKENS_PER_MINUTE are its limits, without a warning", (prefix, name) => {
    const env = { [`${prefix}_MAX_REQUESTS_PER_MINUTE`]: "60", [`${prefix}_MAX_TOKENS_PER_MINUTE`]: "50000" };
    const settings = load({ env });
    expect(settings.warnings).toEqual([]);
    expect(providerOf(settings, name).limits).toMatchObject([
      { resource: "requests", limit: 60, windowMs: MINUTE },
      { resource: "tokens", limit: 50_000, windowMs: MINUTE },
    ]);
  });
});

describe("limits that cannot be", () => {
  const place = "switchyard.yaml: providers[0].limits";

  it.each([
    ["[{ resource: requests }]", `${place}[0].limit`, "is missing"],
    ["[{ limit: 5 }]", `${place}[0].resource`, "is missing"],
    ["[{ resource: calls, limit: 5 }]", `${place}[0].resource`, '"calls" is not one of the choices'],
    ["[{ resource: requests, limit: 0 }]", `${place}[0].limit`, "is not a whole number"],
    ["[{ resource: requests, limit: 5, per: fortnight }]", `${place}[0].per`, "is not a length of time"],
    ["[{ resource: requests, limit: 5, per: 0s }]", `${place}[0].per`, "is not a length of time"],
    ["[{ resource: requests, limit: 5, every: day }]", `${place}[0].every`, "is not a setting"],
    ["[{ resource: requests, limit: 5, burst: 3 }]", `${place}[0].burst`, "does not apply to sliding_window"],
    ["[{ resource: requests, limit: 5, sub_window: 60s }]", `${place}[0].sub_window`, "is not shorter"],
    ["[{ resource: requests, limit: 5, day_ends: UTC }]", `${place}[0].day_ends`, "fixed window of a day only"],
    [
      "[{ resource: requests, limit: 5, per: day, algorithm: token_bucket, day_ends: UTC }]",
      `${place}[0].day_ends`,
      "fixed window of a day only",
    ],
    ["[{ resource: requests, limit: 5, per: day, day_ends: Mars/Base }]", `${place}[0].day_ends`, "not a time zone"],
    ["[{ resource: concurrency, limit: 5, per: day }]", `${place}[0].per`, "does not apply to concurrency"],
    ["[{ resource: requests, limit: 5 }, { resource: requests, limit: 6 }]", `${place}[1]`, "limits the same as"],
    ["{ rpm: 5, requests_per_minute: 6 }", `${place}.rpm`, "limits the same as"],
    ["{ requests_per_minut: 5 }", `${place}.requests_per_minut`, "is not a setting"],
    ["{ requests_per_minute: lots }", `${place}.requests_per_minute`, "is not a whole number"],
    ["50", place, "is neither a list nor a block of fields"],
    ["[50]", `${place}[0]`, "is not a block of fields"],
  ])("%s: a problem at its place", (limits, path, problem) => {
    expect(problemsIn({ limits })).toEqual([
      expect.objectContaining({ path, problem: expect.stringContaining(problem) }),
    ]);
  });

  it("are told all at once, with the name that was probably meant", () => {
    const problems = problemsIn({
      limits: "[{ resource: request, limit: -1 }, { resource: tokens, limit: 5, sub_windw: 1s }]",
    });
    expect(problems.map(({ path }) => path)).toEqual([
      `${place}[0].resource`,
      `${place}[0].limit`,
      `${place}[1].sub_windw`,
    ]);
    expect(problems.at(-1)?.remedy).toBe('Did you mean "sub_window"?');
  });

  it("in providers.json are a warning where only their names mean nothing here, else problems", () => {
    const settings = load({ files: providersJson({ calls: 5, rpm: 6 }) });
    expect(settings.warnings).toEqual([
      expect.objectContaining({ path: "providers.json: providers[0].limits.calls", problem: "means nothing here" }),
    ]);
    expect(providerOf(settings, "openai").limits).toMatchObject([{ resource: "requests", limit: 6 }]);
    expect(problemsOf({ files: providersJson({ calls: 5, rpm: "six" }) }).map(({ path }) => path)).toEqual([
      "providers.json: providers[0].limits.rpm",
      "providers.json: providers[0].limits.calls",
    ]);
  });

  it.each(["ONE_MAX_REQUESTS_PER_MINUTE", "ONE_RATE_LIMIT_PER_MINUTE", "ONE_MAX_REQUESTS_PER_DAY"])(
    "%s=0 is refused by its name",
    (name) => {
      expect(problemsIn({ env: { [name]: "0" } })).toEqual([expect.objectContaining({ path: name })]);
    },
  );
});

describe("a provider's share and its concurrency", () => {
  it("are 1, and as many as come, unless told otherwise", () => {
    const provider = providerOf(load({}), "vertex");
    expect(provider.weight).toBe(1);
    expect(provider).not.toHaveProperty("maxConcurrentRequests");
  });

  it("stand in its entry, and in its variables", () => {
    const files = {
      "switchyard.yaml": "providers: [{ name: openai, api_key: k, weight: 2.5, max_concurrent_requests: 4 }]",
    };
    expect(providerOf(load({ files }), "openai")).toMatchObject({ weight: 2.5, maxConcurrentRequests: 4 });
    const env = { OPENAI_WEIGHT: "0", OPENAI_MAX_CONCURRENT_REQUESTS: "9" };
    expect(providerOf(load({ files, env }), "openai")).toMatchObject({ weight: 0, maxConcurrentRequests: 9 });
  });

  it.each(["weight: -1", "weight: heavy", "max_concurrent_requests: 0"])("cannot be %s", (field) => {
    const files = { "switchyard.yaml": `providers: [{ name: openai, api_key: k, ${field} }]` };
    expect(problemsOf({ files })).toEqual([
      expect.objectContaining({ path: `switchyard.yaml: providers[0].${field.split(":")[0]}` }),
    ]);
  });
});
