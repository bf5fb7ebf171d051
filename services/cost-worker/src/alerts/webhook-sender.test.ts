import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { createHttpClient, createSecret, type HttpClient, type WebhookSettings } from "@switchyard/service-kit";

import { type Alert, createSqliteLedger, type Ledger } from "../ledger/index.ts";
import { type CapturedLog, captureLog } from "../testing/captured-log.ts";
import { waitFor } from "../testing/wait-for.ts";
import { workerSettings } from "../testing/worker-settings.ts";
import { createWebhookSender, type WebhookSender } from "./webhook-sender.ts";

const ALERT: Omit<Alert, "id"> = {
  at: Date.parse("2026-11-21T10:00:00Z"),
  kind: "hourly_cost_exceeded",
  subject: "openrouter",
  message: "openrouter: $11.00 in the last hour, more than $10.00",
  threshold: 10e9,
  actual: 11e9,
};

interface Posted {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** Answers one status after the other, the last one for ever; 0: never answers. */
class Receiver {
  readonly posted: Posted[] = [];
  statuses: number[] = [200];
  headers: Record<string, string> = {};
  onPost: () => void = () => {};
  readonly server: Server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => (body += String(chunk)));
    request.on("end", () => {
      const status = this.statuses.length > 1 ? this.statuses.shift() : this.statuses[0];
      this.posted.push({ path: request.url ?? "", headers: request.headers, body });
      if (status !== 0) response.writeHead(status ?? 200, this.headers).end("thanks");
      this.onPost();
    });
  });

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async waitForPosts(count: number): Promise<void> {
    while (this.posted.length < count) {
      // oxlint-disable-next-line no-await-in-loop
      await new Promise<void>((resolve) => {
        this.onPost = resolve;
      });
    }
  }
}

let receiver: Receiver;
let http: HttpClient;
let log: CapturedLog;
let sender: WebhookSender;
let ledger: Ledger;
let file: string;

beforeEach(async () => {
  file = workerSettings().costs.databaseFile;
  ledger = await createSqliteLedger({ file });
  receiver = new Receiver();
  receiver.server.listen(0, "127.0.0.1");
  await once(receiver.server, "listening");
  http = createHttpClient({ connectTimeoutMs: 10_000 });
  log = captureLog();
});

afterEach(async () => {
  await sender.close();
  await ledger.close();
  http.close();
  receiver.server.closeAllConnections();
  receiver.server.close();
});

/** `timeoutMs`: short only where somebody never answers; a busy machine takes its time. */
function open(webhooks: WebhookSettings[], delaysMs: readonly number[] = [5, 5, 5], timeoutMs = 10_000): WebhookSender {
  sender = createWebhookSender({
    ledger,
    http,
    webhooks: () => webhooks,
    logger: log.logger,
    now: Date.now,
    delaysMs,
    timeoutMs,
    lookMs: 20,
  });
  return sender;
}

/** As the book of alerts does: what it is delivered to is written with it. */
async function raise(alert: Omit<Alert, "id"> = ALERT): Promise<Alert | undefined> {
  const written = await ledger.addAlert(alert, { webhooks: sender.places() });
  sender.wake();
  return written;
}

function hook(more: Partial<WebhookSettings> = {}): WebhookSettings {
  return { url: createSecret(`${receiver.url}/hooks/T0/s3cret-path`), format: "json", ...more };
}

const settled = (): Promise<void> => waitFor(async () => (await sender.waiting()) === 0);

describe("an alert is posted", () => {
  it("as plain JSON, money in dollars", async () => {
    open([hook()]);
    await raise();
    await receiver.waitForPosts(1);
    expect(JSON.parse(receiver.posted[0]?.body ?? "")).toEqual({
      type: "switchyard.alert",
      id: 1,
      timestamp: "2026-11-21T10:00:00.000Z",
      alert_type: "hourly_cost_exceeded",
      provider: "openrouter",
      subject: "openrouter",
      message: ALERT.message,
      threshold: 10,
      actual_value: 11,
      active: true,
      ended_at: null,
    });
    expect(receiver.posted[0]?.headers["x-switchyard-signature"]).toBeUndefined();
  });

  it("in Slack's shape, where names call nobody", async () => {
    open([hook({ format: "slack" })]);
    await raise({ ...ALERT, subject: "client <!channel>", message: "<!channel> & co" });
    await receiver.waitForPosts(1);
    const { text, blocks } = JSON.parse(receiver.posted[0]?.body ?? "") as { text: string; blocks: { type: string }[] };
    expect(text).toBe("Switchyard: Cost of an hour: &lt;!channel&gt; &amp; co");
    expect(blocks.map(({ type }) => type)).toEqual(["header", "section", "context"]);
    expect(JSON.stringify(blocks)).not.toContain("<!channel>");
  });

  it("signed with the time and the body, by what the receiver can compute", async () => {
    open([hook({ secret: createSecret("hush") })]);
    await raise();
    await receiver.waitForPosts(1);
    const { headers, body }: Pick<Posted, "headers" | "body"> = receiver.posted[0] ?? { headers: {}, body: "" };
    const [, time, signature] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers["x-switchyard-signature"])) ?? [];
    expect(Math.abs(Number(time) - Date.now() / 1000)).toBeLessThan(10);
    expect(signature).toBe(createHmac("sha256", "hush").update(`${time}.${body}`).digest("hex"));
  });

  it("to every webhook, whatever becomes of the others", async () => {
    const nobody = hook({ url: createSecret("http://127.0.0.1:1/gone") });
    open([nobody, hook(), hook({ url: createSecret("no url at all") })], []);
    await raise();
    await settled();
    expect(receiver.posted).toHaveLength(1);
    expect(log.lines().filter(({ message }) => message === "an alert could not be posted")).toHaveLength(2);
  });
});

describe("a webhook that fails", () => {
  it.each([500, 503, 429, 408])("with %d is asked again until it takes it", async (status) => {
    receiver.statuses = [status, status, 204];
    open([hook()]);
    await raise();
    await settled();
    expect(receiver.posted).toHaveLength(3);
    expect(new Set(receiver.posted.map(({ headers }) => headers["x-switchyard-alert"]))).toEqual(new Set(["1"]));
    expect(log.lines().at(-1)).toMatchObject({ message: "alert posted", tries: 3 });
  });

  it("for ever is given up, and that is said", async () => {
    receiver.statuses = [500];
    open([hook()]);
    await raise();
    await settled();
    expect(receiver.posted).toHaveLength(4);
    expect(log.lines().at(-1)).toMatchObject({ level: "error", tries: 4, reason: "it answered 500" });
  });

  it.each([400, 401, 403, 404, 410])("with %d is not asked again", async (status) => {
    receiver.statuses = [status];
    open([hook()]);
    await raise();
    await settled();
    expect(receiver.posted).toHaveLength(1);
    expect(log.lines().at(-1)).toMatchObject({ level: "error", reason: `it answered ${status}` });
  });

  it("by never answering is left after its time, and asked again", async () => {
    receiver.statuses = [0, 200];
    open([hook()], [5, 5, 5], 1000);
    await raise();
    await settled();
    expect(receiver.posted).toHaveLength(2);
    expect(log.lines().find(({ level }) => level === "warn")).toMatchObject({
      reason: "it did not answer within 1000 ms",
    });
  });

  it("by a redirect gets nothing: what was meant for one host goes to no other", async () => {
    const other = new Receiver();
    other.server.listen(0, "127.0.0.1");
    await once(other.server, "listening");
    receiver.statuses = [307];
    receiver.headers = { location: `${other.url}/elsewhere` };
    open([hook()], []);
    await raise();
    await settled();
    expect(other.posted).toEqual([]);
    expect(log.lines().at(-1)).toMatchObject({ level: "error", message: "an alert could not be posted" });
    other.server.close();
  });

  it("keeps its address and its secret out of the log", async () => {
    receiver.statuses = [500, 307, 0, 404];
    receiver.headers = { location: "/s3cret-path/again" };
    open([hook({ secret: createSecret("hush-hush-secret") })], [5, 5, 5], 200);
    await raise();
    await settled();
    expect(receiver.posted.length).toBeGreaterThan(1);
    expect(log.text()).not.toContain("s3cret-path");
    expect(log.text()).not.toContain("hush-hush-secret");
    expect(log.text()).toContain(new URL(receiver.url).host);
  });

  it("does not hold up the worker's end", async () => {
    receiver.statuses = [500];
    open([hook()], [600_000]);
    await raise();
    await receiver.waitForPosts(1);
    const startedAt = performance.now();
    await sender.close();
    expect(performance.now() - startedAt).toBeLessThan(20_000);
  });

  it("holds up no more than a bounded number of alerts", async () => {
    receiver.statuses = [500];
    open([hook()], [600_000]);
    for (let count = 0; count < 500; count += 1) {
      // oxlint-disable-next-line no-await-in-loop
      await ledger.addAlert(ALERT, { webhooks: sender.places() });
    }
    sender.wake();
    await waitFor(() => sender.places().length === 0);
    expect(log.text()).toContain("an alert is not posted: too many wait for webhooks already");
    expect(await sender.waiting()).toBe(500);
  });
});

async function endWorker(): Promise<void> {
  await sender.close();
  await ledger.close();
  ledger = await createSqliteLedger({ file });
}

describe("what waits for a webhook when the worker ends", () => {
  it("is delivered by the next one, as if there had been one worker", async () => {
    receiver.statuses = [500];
    open([hook({ secret: createSecret("hush") })], [300]);
    await raise();
    await waitFor(() => log.text().includes("an alert is posted again later"));
    await endWorker();
    expect(await ledger.waitingDeliveries()).toBe(1);
    receiver.statuses = [200];
    open([hook({ secret: createSecret("hush") })], [300]);
    await settled();
    expect(receiver.posted).toHaveLength(2);
    expect(log.lines().at(-1)).toMatchObject({ message: "alert posted", tries: 2 });
    const { headers, body }: Pick<Posted, "headers" | "body"> = receiver.posted[1] ?? { headers: {}, body: "" };
    const [, time, signature] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers["x-switchyard-signature"])) ?? [];
    expect(signature).toBe(createHmac("sha256", "hush").update(`${time}.${body}`).digest("hex"));
    expect(body).toBe(receiver.posted[0]?.body);
  });

  it("was under way: it is tried anew, and that is no further try", async () => {
    receiver.statuses = [0];
    open([hook()], []);
    await raise();
    await receiver.waitForPosts(1);
    await endWorker();
    receiver.statuses = [200];
    open([hook()], []);
    await settled();
    expect(receiver.posted).toHaveLength(2);
    expect(log.lines().at(-1)).toMatchObject({ message: "alert posted", tries: 1 });
  });

  it("was being tried when the worker was killed: it is due again when that try's time is over", async () => {
    open([hook()]);
    const [place = ""] = sender.places();
    await sender.close();
    await ledger.addAlert(ALERT, { webhooks: [place] });
    const now = Date.now();
    const killed = await ledger.takeDeliveries({ webhooks: [place], now, until: now + 150, limit: 1 });
    expect(killed).toHaveLength(1);
    open([hook()]);
    await settled();
    expect(Date.now()).toBeGreaterThanOrEqual(now + 150);
    expect(receiver.posted).toHaveLength(1);
    expect(log.lines().at(-1)).toMatchObject({ message: "alert posted", tries: 2 });
  });

  it("waits for a webhook that is configured no more: nobody else gets it, and after a day it is dropped", async () => {
    open([hook({ url: createSecret(`${receiver.url}/other`) })]);
    const DAY = 86_400_000;
    await ledger.addAlert({ ...ALERT, at: Date.now() - DAY + 60_000 }, { webhooks: ["gone"] });
    await raise();
    await waitFor(() => receiver.posted.length === 1);
    await waitFor(async () => (await sender.waiting()) === 1);
    await ledger.addAlert({ ...ALERT, at: Date.now() - DAY - 60_000 }, { webhooks: ["gone"] });
    await waitFor(() => log.text().includes("were not posted within a day"));
    expect(await sender.waiting()).toBe(1);
    expect(receiver.posted).toHaveLength(1);
  });

  it("is not lost while the ledger is away for a moment", async () => {
    open([hook()]);
    await raise();
    await waitFor(() => receiver.posted.length === 1);
    await ledger.close();
    await waitFor(() => log.text().includes("the ledger does not tell what waits for webhooks"));
    ledger = await createSqliteLedger({ file });
    await sender.close();
    open([hook()]);
    await raise();
    await settled();
    expect(receiver.posted).toHaveLength(2);
  });
});
