import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { describeWhen } from "../support/describe-when.ts";
import { sendMessages } from "../support/send-messages.ts";
import { type Browser, findBrowser, openBrowser, type Tab } from "./open-browser.ts";
import { ADMIN_TOKEN, LAPTOP, ODD_NAME, type Rig, startRig, until } from "./start-rig.ts";

const BROWSER = findBrowser();
const REASON = BROWSER === undefined ? "no Chromium here" : undefined;
const PAGES = ["#/", "#/providers", "#/costs", "#/requests", "#/alerts", "#/settings"];
const BROKEN = /NaN|undefined|\[object|Infinity|Invalid Date/;

async function openAt(browser: Browser, url: string, options: Parameters<Browser["open"]>[0] = {}): Promise<Tab> {
  const tab = await browser.open(options);
  await tab.page.goto(url);
  await tab.page.getByText(/as of /).waitFor();
  return tab;
}

function textOf({ page }: Tab): Promise<string> {
  return page.locator("body").innerText();
}

function expectQuiet({ complaints, asked }: Tab, url: string): void {
  expect(complaints).toEqual([]);
  expect(asked.filter((one) => !one.startsWith(`${url}/`))).toEqual([]);
}

describeWhen(REASON, "the dashboard in a browser, over a mesh at work", () => {
  let rig: Rig;
  let browser: Browser;
  beforeAll(async () => {
    [rig, browser] = await Promise.all([startRig(), openBrowser(BROWSER ?? "")]);
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await rig?.stop();
  }, 120_000);

  it("says at the first start what to do, and shows nothing broken on any page", async () => {
    const tab = await openAt(browser, `${rig.url}/dashboard`);
    await tab.page.getByText(`export ANTHROPIC_BASE_URL=${rig.url}`).waitFor();
    for (const hash of PAGES) {
      await tab.page.goto(`${rig.url}/dashboard${hash}`);
      await tab.page.getByText("Looking …").waitFor({ state: "detached" });
      expect([hash, await textOf(tab)]).toEqual([hash, expect.not.stringMatching(BROKEN)]);
    }
    expectQuiet(tab, rig.url);
  }, 120_000);

  it("shows every page once work has come through: without an error, asking nobody else, wide and narrow", async () => {
    await rig.work();
    for (const options of [{}, { width: 390, height: 844, dark: true, locale: "de-DE" }]) {
      const tab = await openAt(browser, `${rig.url}/dashboard`, options);
      for (const hash of [...PAGES, "#/costs?by=session&since=7d", "#/costs?by=day&since=30d"]) {
        await tab.page.goto(`${rig.url}/dashboard${hash}`);
        await tab.page.getByText("Looking …").waitFor({ state: "detached" });
        if (/^#\/(costs.*)?$/.test(hash)) await tab.page.locator("canvas").first().waitFor();
        expect([hash, await textOf(tab)]).toEqual([hash, expect.not.stringMatching(BROKEN)]);
        const overflow = await tab.page.evaluate("document.documentElement.scrollWidth - innerWidth");
        expect([hash, overflow]).toEqual([hash, 0]);
      }
      expectQuiet(tab, rig.url);
    }
  }, 120_000);

  it("its cards agree with the books", async () => {
    const tab = await openAt(browser, `${rig.url}/dashboard`);
    const stats = await rig.ask<{
      total_cost: number;
      total_requests: number;
      provider_stats: Record<string, { successful_requests: number }>;
    }>("/api/stats?hours=24");
    const { alerts } = await rig.ask<{ alerts: unknown[] }>("/api/alerts?active=true");
    const successes = Object.values(stats.provider_stats).reduce((sum, one) => sum + one.successful_requests, 0);
    const values = await tab.page.locator(".figure-card strong").allInnerTexts();
    expect(stats.total_cost).toBeGreaterThan(0.5);
    expect(values.map((value) => Number(value.replaceAll(/[$,%]/g, "")))).toEqual([
      Number(stats.total_cost.toFixed(stats.total_cost >= 0.995 ? 2 : 4)),
      stats.total_requests,
      Number(((successes / stats.total_requests) * 100).toFixed(1)),
      alerts.length,
    ]);
  }, 120_000);

  it("tells what each request cost, and all of them cost what the books say", async () => {
    const { requests } = await rig.ask<{ requests: { cost_nano_dollars: number | null; outcome: string }[] }>(
      "/admin/overview?requests=200",
    );
    const { total } = await rig.ask<{ total: { cost_nano_dollars: number } }>("/api/costs?by=&since=24h");
    expect(requests.filter((one) => one.outcome === "success").length).toBeGreaterThanOrEqual(7);
    expect(requests.map((one) => one.cost_nano_dollars)).not.toContain(null);
    expect(requests.reduce((sum, one) => sum + (one.cost_nano_dollars ?? 0), 0)).toBe(total.cost_nano_dollars);
    const tab = await openAt(browser, `${rig.url}/dashboard#/requests`);
    const shown = await tab.page.getByRole("cell", { name: /^\$\d+\.\d+$/ }).allInnerTexts();
    expect(shown).toHaveLength(requests.length);
    for (const [index, { cost_nano_dollars: cost }] of requests.entries()) {
      // Less than a dollar has four digits behind the point, or more.
      expect(Math.abs(Number(shown[index]?.slice(1)) - (cost ?? 0) / 1e9)).toBeLessThanOrEqual(0.00005);
    }
    await tab.page
      .getByRole("row", { name: /anthropic: overloaded/ })
      .last()
      .getByRole("link")
      .click();
    await tab.page.locator(".facts div", { hasText: /^Cost\s*\$\d/ }).waitFor();
  }, 120_000);

  it("shows an alert: in a sentence, as a number, and on its page", async () => {
    await until(async () => (await rig.ask<{ alerts: unknown[] }>("/api/alerts?active=true")).alerts.length > 0);
    const tab = await openAt(browser, `${rig.url}/dashboard`);
    await tab.page.locator(".verdict.warn li", { hasText: "All providers:" }).waitFor();
    expect(await tab.page.title()).toMatch(/^\([1-9]\d*\) Overview · Switchyard$/);
    await tab.page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "Alerts" }).click();
    await tab.page.getByText(/All providers: \$.* in the last hour, more than \$0\.50/).waitFor();
  }, 120_000);

  it("opens the decision behind a request, and shows names from outside as text", async () => {
    const tab = await openAt(browser, `${rig.url}/dashboard#/requests`);
    const failedOver = tab.page.getByRole("row", { name: /anthropic: overloaded/ }).last();
    await failedOver.getByRole("link").click();
    await tab.page.getByRole("heading", { name: "Decision" }).waitFor();
    await tab.page.getByRole("row", { name: /1\. anthropic.*overloaded/ }).waitFor();
    await tab.page.getByRole("row", { name: /openrouter.*answered/ }).waitFor();
    await tab.page.getByText(ODD_NAME).first().waitFor();
    expect(await tab.page.locator("img").count()).toBe(0);
    expectQuiet(tab, rig.url);
  }, 120_000);

  it("switches a provider off and on for real, by keyboard", async () => {
    const tab = await openAt(browser, `${rig.url}/dashboard#/providers`);
    const ask = () =>
      sendMessages(
        rig.url,
        {
          model: "deepseek/deepseek-v4-flash",
          max_tokens: 5,
          messages: [{ role: "user", content: "?" }],
        },
        { "x-api-key": LAPTOP },
      );
    expect((await ask()).status).toBe(200);
    const press = async (name: string) => {
      await tab.page.getByRole("button", { name }).focus();
      await tab.page.keyboard.press("Enter");
    };
    await press("Switch deepseek off");
    await tab.page.getByRole("button", { name: "Switch deepseek on" }).waitFor();
    expect((await ask()).status).not.toBe(200);
    await press("Switch deepseek on");
    await tab.page.getByRole("button", { name: "Switch deepseek off" }).waitFor();
    expect((await ask()).status).toBe(200);
    expectQuiet(tab, rig.url);
  }, 120_000);

  it("tests a connection, and tells which model answered", async () => {
    const tab = await openAt(browser, `${rig.url}/dashboard#/providers`);
    await tab.page.getByRole("button", { name: "Test the connection to deepseek" }).click();
    await tab.page.getByText("deepseek-v4-flash answers").waitFor();
  }, 120_000);

  it("changes the strategy, for whoever asks", async () => {
    const tab = await openAt(browser, `${rig.url}/dashboard#/settings`);
    const strategy = async () =>
      (await rig.ask<{ router_stats: { strategy: string } }>("/admin/overview")).router_stats.strategy;
    await tab.page.getByLabel("Who is tried first").selectOption("cost");
    await tab.page.getByText("cost is in force").waitFor();
    expect(await strategy()).toBe("cost");
    await tab.page.getByLabel("Who is tried first").selectOption("priority");
    await tab.page.getByText("priority is in force").waitFor();
    expect(await strategy()).toBe("priority");
  }, 120_000);

  it("writes another order of models into the settings, and says where it is in force", async () => {
    const tab = await openAt(browser, `${rig.url}/dashboard#/providers`);
    await tab.page.getByRole("button", { name: "Change the order of anthropic" }).click();
    await tab.page.getByLabel("Priority").fill("15");
    await tab.page.getByRole("button", { name: "claude-opus-5 up" }).click();
    await tab.page.getByRole("button", { name: "Write it into the settings" }).click();
    await tab.page.getByText(/written to .*switchyard\.yaml and in force, at anthropic.* too$/).waitFor();
    const { providers } = await rig.ask<{ providers: { name: string; priority: number; models: { big: string[] } }[] }>(
      "/api/config/providers",
    );
    const anthropic = providers.find(({ name }) => name === "anthropic");
    expect(anthropic).toMatchObject({ priority: 15 });
    expect(anthropic?.models.big.slice(0, 2)).toEqual(["claude-opus-5", "claude-opus-5-5"]);
  }, 120_000);

  it("shows what is under way, and whose it is", async () => {
    const end = await rig.beginSlowRequest();
    try {
      const tab = await openAt(browser, `${rig.url}/dashboard#/requests`);
      await tab.page.getByRole("row", { name: /claude-sonnet-5-5.*laptop.*slow-session/ }).waitFor();
    } finally {
      await end();
    }
  }, 120_000);

  it("saves costs as CSV", async () => {
    const tab = await openAt(browser, `${rig.url}/dashboard#/costs?by=client`);
    const [download] = await Promise.all([
      tab.page.waitForEvent("download"),
      tab.page.getByRole("button", { name: "Save as CSV" }).click(),
    ]);
    expect(download.suggestedFilename()).toBe("switchyard-costs-client-24h.csv");
    expect(readFileSync((await download.path()) ?? "", "utf8")).toMatch(/^client,requests,/);
  }, 120_000);

  it("looks again every 30 s while it can be seen, not while it is hidden, and when it comes back", async () => {
    const tab = await browser.open();
    await tab.page.clock.install();
    await tab.page.addInitScript(
      "Object.defineProperty(document, 'hidden', { configurable: true, get: () => globalThis.isHidden === true })",
    );
    await tab.page.goto(`${rig.url}/dashboard`);
    await tab.page.getByText(/as of /).waitFor();
    const looks = () => tab.asked.filter((url) => url.includes("/admin/overview")).length;
    const rest = () => tab.page.locator('button[aria-busy="false"]', { hasText: "Refresh" }).waitFor();
    await rest();
    const first = looks();
    await tab.page.clock.fastForward(31_000);
    await until(async () => looks() === first + 1);
    // Who comes back while a look is under way gets that one: on a busy machine this test once waited for another.
    await rest();
    await tab.page.evaluate("globalThis.isHidden = true");
    await tab.page.clock.fastForward(120_000);
    expect(looks()).toBe(first + 1);
    await tab.page.evaluate("globalThis.isHidden = false; document.dispatchEvent(new Event('visibilitychange'))");
    await until(async () => looks() === first + 2);
  }, 120_000);
});

describeWhen(REASON, "the dashboard of a gateway that wants its admin token, and whose cost worker is away", () => {
  let rig: Rig;
  let browser: Browser;
  beforeAll(async () => {
    [rig, browser] = await Promise.all([
      startRig({ adminToken: true, withoutWorker: true }),
      openBrowser(BROWSER ?? ""),
    ]);
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await rig?.stop();
  }, 120_000);

  it("asks for the token, refuses a wrong one in words, keeps a right one for its tab alone", async () => {
    const { page, asked } = await browser.open();
    await page.goto(`${rig.url}/health`);
    expect(page.url()).toBe(`${rig.url}/dashboard`);
    const token = page.getByLabel("Admin token");
    await token.waitFor();
    expect(asked.filter((url) => url.includes("/api/"))).toEqual([]);
    expect(await page.locator(".figure-card").count()).toBe(0);
    await token.fill("not-the-token");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").getByText("This token is not the gateway's admin token.").waitFor();
    await token.fill(ADMIN_TOKEN);
    await page.getByRole("button", { name: "Open the dashboard" }).click();
    await page.getByText(/as of /).waitFor();
    await page.reload();
    await page.getByText(/as of /).waitFor();
    expect(asked.filter((url) => url.includes(ADMIN_TOKEN))).toEqual([]);
    const other = await browser.open();
    await other.page.goto(`${rig.url}/dashboard`);
    await other.page.getByLabel("Admin token").waitFor();
  }, 120_000);

  it("looks again 5 s after something was not answered", async () => {
    const tab = await browser.open();
    await tab.page.clock.install();
    await tab.page.goto(`${rig.url}/dashboard`);
    await tab.page.getByLabel("Admin token").fill(ADMIN_TOKEN);
    await tab.page.keyboard.press("Enter");
    await tab.page.locator('button[aria-busy="false"]', { hasText: "Refresh" }).waitFor();
    const looks = () => tab.asked.filter((url) => url.includes("/admin/overview")).length;
    const before = looks();
    await tab.page.clock.fastForward(5000);
    await until(async () => looks() > before);
  }, 120_000);

  it("says that the cost worker is away, and shows what the gateway knows", async () => {
    const tab = await browser.open();
    await tab.page.goto(`${rig.url}/dashboard`);
    await tab.page.getByLabel("Admin token").fill(ADMIN_TOKEN);
    await tab.page.keyboard.press("Enter");
    await tab.page.locator(".verdict.warn", { hasText: "The cost worker does not answer" }).waitFor();
    expect(await tab.page.locator(".figure-card .more").allInnerTexts()).toEqual([
      "the cost worker is away",
      "0 under way · the cost worker is away",
      "the cost worker is away",
      "the cost worker is away",
    ]);
    await tab.page.getByRole("row", { name: /anthropic healthy/ }).waitFor();
    for (const hash of PAGES) {
      await tab.page.goto(`${rig.url}/dashboard${hash}`);
      await tab.page.getByText("Looking …").waitFor({ state: "detached" });
      expect([hash, await textOf(tab)]).toEqual([hash, expect.not.stringMatching(BROKEN)]);
    }
  }, 120_000);
});
