import { describe, expect, it } from "@jest/globals";
import { cleanUpAfterEach, load, problemsOf } from "./load.fixture.ts";

cleanUpAfterEach();

const SLACK = "https://hooks.slack.com/services/T0/B0/hunter2";

const world = (alerts: unknown, env: Record<string, string> = {}) => ({
  files: { "switchyard.yaml": { costs: { alerts } } },
  env,
});
const alertsOf = (alerts: unknown, env: Record<string, string> = {}) => load(world(alerts, env)).costs.alerts;

describe("alerts about what is spent", () => {
  it("come from the variables that older configurations have, without a warning", () => {
    const env = { HOURLY_COST_ALERT_THRESHOLD: "2.50", DAILY_COST_ALERT_THRESHOLD: "$20" };
    const settings = load(world({ hourly_cost: 3, daily_cost: 30 }, env));
    expect(settings.costs.alerts).toMatchObject({ hourlyNanoDollars: 2.5e9, dailyNanoDollars: 20e9 });
    expect(settings.warnings).toEqual([]);
  });

  it("are configured as a whole in the file", () => {
    expect(
      alertsOf({
        hourly_cost: 3,
        daily_cost: 30,
        cooldown: "10m",
        budget_shares: ["100%", 0.5, "0.5"],
        runaway_factor: 0,
        runaway_cost_per_minute: 0.25,
        price_drift: "10%",
        webhooks: [{ url: "http://alerts.example/x", secret: "s" }],
      }),
    ).toMatchObject({
      hourlyNanoDollars: 3e9,
      dailyNanoDollars: 30e9,
      cooldownMs: 600_000,
      budgetShares: [0.5, 1],
      runawayFactor: 0,
      runawayNanoDollarsPerMinute: 0.25e9,
      driftShare: 0.1,
    });
  });

  it("of a threshold of 0 are none, whichever place says so", () => {
    expect(alertsOf({ hourly_cost: 0, daily_cost: "0.00" })).not.toHaveProperty("hourlyNanoDollars");
    expect(alertsOf({ hourly_cost: 0, daily_cost: "0.00" })).not.toHaveProperty("dailyNanoDollars");
    expect(alertsOf({ hourly_cost: 3 }, { HOURLY_COST_ALERT_THRESHOLD: "0" })).not.toHaveProperty("hourlyNanoDollars");
    expect(alertsOf({ hourly_cost: 0 }, { HOURLY_COST_ALERT_THRESHOLD: "4" }).hourlyNanoDollars).toBe(4e9);
  });

  it.each([
    ["hourly_cost", -1],
    ["daily_cost", "much"],
    ["cooldown", "later"],
    ["budget_shares", [0]],
    ["budget_shares", [1.5]],
    ["budget_shares", ["most"]],
    ["runaway_factor", 0.5],
    ["runaway_factor", -1],
    ["runaway_cost_per_minute", 0],
    ["price_drift", 2],
    ["daily_costs", 1],
  ])("cannot have a %s of %j", (name, value) => {
    expect(problemsOf(world({ [name]: value }))).toEqual([
      expect.objectContaining({ path: `switchyard.yaml: costs.alerts.${name}` }),
    ]);
  });

  it("of a wrong variable are a problem with its name", () => {
    const env = { HOURLY_COST_ALERT_THRESHOLD: "ten", DAILY_COST_ALERT_THRESHOLD: "-5" };
    expect(problemsOf({ env }).map(({ path }) => path)).toEqual(Object.keys(env));
  });
});

describe("webhooks", () => {
  it("are the one of the variables, then those of the file; at Slack's host they have Slack's form", () => {
    const { webhooks } = alertsOf(
      {
        webhooks: [
          { url: SLACK, format: "json" },
          { url: "https://chat.example/hook", format: "slack", secret: "s2" },
        ],
      },
      { COST_ALERT_WEBHOOK_URL: SLACK, COST_ALERT_WEBHOOK_SECRET: "s1" },
    );
    expect(webhooks.map(({ url, format, secret }) => [url.reveal(), format, secret?.reveal()])).toEqual([
      [SLACK, "slack", "s1"],
      [SLACK, "json", undefined],
      ["https://chat.example/hook", "slack", "s2"],
    ]);
  });

  it("are JSON elsewhere, unless told otherwise", () => {
    const url = "https://alerts.example/";
    expect(load({ env: { COST_ALERT_WEBHOOK_URL: url } }).costs.alerts.webhooks[0]?.format).toBe("json");
    const env = { COST_ALERT_WEBHOOK_URL: url, COST_ALERT_WEBHOOK_FORMAT: "Slack" };
    expect(load({ env }).costs.alerts.webhooks[0]?.format).toBe("slack");
  });

  it("may stand in files, and show in no JSON", () => {
    const settings = load({
      files: {
        url: `${SLACK}\n`,
        secret: "hunter2",
        "switchyard.yaml": { costs: { alerts: { webhooks: [{ url: SLACK }] } } },
      },
      env: { COST_ALERT_WEBHOOK_URL_FILE: "url", COST_ALERT_WEBHOOK_SECRET_FILE: "secret" },
    });
    const [first, second] = settings.costs.alerts.webhooks;
    expect([first?.url.reveal(), first?.secret?.reveal(), second?.url.reveal()]).toEqual([SLACK, "hunter2", SLACK]);
    expect(JSON.stringify(settings)).not.toContain("hunter2");
  });

  it.each(["hooks.example/hunter2", "ftp://hooks.example/hunter2", "https:/ /hunter2"])(
    "cannot be at %s, which is never repeated",
    (url) => {
      const problems = [
        problemsOf({ env: { COST_ALERT_WEBHOOK_URL: url } }),
        problemsOf({ files: { url }, env: { COST_ALERT_WEBHOOK_URL_FILE: "url" } }),
        problemsOf(world({ webhooks: [{ url: SLACK }, { url }] })),
      ].flat();
      expect(problems.map(({ path }) => path)).toEqual([
        "COST_ALERT_WEBHOOK_URL",
        "COST_ALERT_WEBHOOK_URL_FILE",
        "costs.alerts.webhooks[1].url",
      ]);
      expect(JSON.stringify(problems)).not.toContain("hunter2");
    },
  );

  it.each(["COST_ALERT_WEBHOOK_FORMAT", "COST_ALERT_WEBHOOK_SECRET"])("that only %s tells of are a warning", (name) => {
    const { warnings, costs } = load({ env: { [name]: "json" } });
    expect(warnings).toEqual([expect.objectContaining({ path: name })]);
    expect(costs.alerts.webhooks).toEqual([]);
  });

  it("without an address, or of another form, are a problem", () => {
    expect(problemsOf(world({ webhooks: [{ secret: "s" }] }))).toEqual([
      expect.objectContaining({ path: "switchyard.yaml: costs.alerts.webhooks[0].url", problem: "is missing" }),
    ]);
    expect(problemsOf({ env: { COST_ALERT_WEBHOOK_URL: SLACK, COST_ALERT_WEBHOOK_FORMAT: "xml" } })).toEqual([
      expect.objectContaining({ path: "COST_ALERT_WEBHOOK_FORMAT", remedy: "Write one of: json, slack." }),
    ]);
  });
});

describe("switches of cost tracking", () => {
  const SWITCHES = [
    "ENABLE_COST_TRACKING",
    "ENABLE_GITHUB_MODELS_COST_TRACKING",
    "ENABLE_OPENROUTER_COST_TRACKING",
    "ENABLE_VERTEX_COST_TRACKING",
  ];

  it.each(SWITCHES)("%s may be on; off it is a warning that nothing is switched off", (name) => {
    expect(load({ env: { [name]: "true" } }).warnings).toEqual([]);
    expect(load({ env: { [name]: "false" } }).warnings).toEqual([
      expect.objectContaining({ path: name, problem: expect.stringContaining("cannot be switched off") }),
    ]);
    expect(problemsOf({ env: { [name]: "maybe" } })).toEqual([expect.objectContaining({ path: name })]);
  });
});
