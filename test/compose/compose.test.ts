import http from "node:http";
import { afterAll, beforeAll, beforeEach, expect, it } from "@jest/globals";
import { whenQuiet } from "@switchyard/state/testing";
import { describeWhen } from "../support/describe-when.ts";
import { countEvents, sendMessages } from "../support/send-messages.ts";
import { startComposeProject, type ComposeProject } from "./compose-project.ts";
import { whyNoDockerEngine } from "./docker-engine.ts";

const REQUEST = { model: "claude-opus-5-5", max_tokens: 500, messages: [{ role: "user", content: "Hello" }] };
/** The simulator whose control port is published is Anthropic's. */
const PINNED = { "x-switchyard-provider": "anthropic" };

describeWhen(whyNoDockerEngine(), "docker compose up", () => {
  let project: ComposeProject;
  beforeAll(async () => {
    project = await startComposeProject();
  }, 900_000);
  afterAll(async () => project?.down(), 120_000);
  beforeEach(async () => project.resetSimulator());

  it("answers over simulated upstreams without any configuration, and marks the answer", async () => {
    const answer = await sendMessages(project.url, { ...REQUEST, stream: true });
    expect(answer.status).toBe(200);
    expect(answer.headers["x-switchyard-simulated"]).toBe("true");
    expect(countEvents(answer, "message_stop")).toBe(1);
  });

  it("writes its tokens at the first start, readable by the service's user alone, and asks for the admin token", async () => {
    const modes = await project.compose(
      "exec",
      "-T",
      "gateway",
      "stat",
      "-c",
      "%a %U",
      "/run/switchyard/inner-token",
      "/run/switchyard/admin-token",
    );
    expect(modes.trim().split(/\s*\n/)).toEqual(["600 node", "600 node"]);
    const ask = (headers: Record<string, string>) =>
      fetch(`${project.url}/admin/provider/anthropic/health`, { headers }).then((response) => response.status);
    expect(await ask({})).toBe(401);
    const token = (await project.compose("exec", "-T", "gateway", "cat", "/run/switchyard/admin-token")).trim();
    expect(await ask({ authorization: `Bearer ${token}` })).toBe(200);
  });

  it("runs every service of its own as a user without rights", async () => {
    for (const service of [
      "gateway",
      "cost-worker",
      "anthropic",
      "vertex",
      "github-models",
      "openrouter",
      "openai-compatible",
    ])
      expect((await project.compose("exec", "-T", service, "id", "-u")).trim()).toBe("1000");
  });

  it("answers /health of a provider service on its published port, and refuses its messages to strangers", async () => {
    expect((await fetch(`${project.anthropicUrl}/health`)).status).toBe(200);
    const answer = await sendMessages(project.anthropicUrl, REQUEST);
    expect(answer.status).toBe(401);
  });

  it("passes a body of 20 MB whole", async () => {
    const data = "A".repeat(20 * 2 ** 20);
    const document = { type: "document", source: { type: "base64", media_type: "application/pdf", data } };
    await sendMessages(
      project.url,
      { ...REQUEST, messages: [{ role: "user", content: [document, { type: "text", text: "Read it." }] }] },
      PINNED,
    );
    const got = (await project.requests()).find(({ path }) => path.startsWith("/v1/messages"));
    expect(got?.body.length).toBeGreaterThan(20 * 2 ** 20);
    expect(got?.body.endsWith("}")).toBe(true);
  }, 120_000);

  it("waits through 90 s of silence", async () => {
    await project.script({ delivery: { delayMs: 90_000 }, blocks: [{ type: "text", text: "At last." }] });
    const answer = await sendMessages(project.url, REQUEST, PINNED);
    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject({ content: [{ type: "text", text: "At last." }] });
    expect(answer.ms).toBeGreaterThan(90_000);
  }, 240_000);

  it(
    "stops the upstream within 100 ms when the client goes away",
    () =>
      whenQuiet(async () => {
        await project.resetSimulator();
        await project.script({
          blocks: [{ type: "text", text: "A long answer." }],
          delivery: { events: 2000, eventDelayMs: 20 },
        });
        const leftAt = await readSomeAndLeave(project.url);
        const aborted = await eventually(
          async () => (await project.requests()).find(({ abortedAt }) => abortedAt !== undefined)?.abortedAt,
        );
        expect(aborted - leftAt).toBeLessThan(100);
      }),
    240_000,
  );

  it("answers every request while gateways come and go, at most one in a hundred of them at the second asking", async () => {
    const stop = new AbortController();
    const failures: string[] = [];
    let answered = 0;
    const repeated: string[] = [];
    const client = async (): Promise<void> => {
      while (!stop.signal.aborted) {
        let outcome = await askOnce(project.url);
        // A connection that a gateway had not taken yet when it closed its door is reset; clients ask again, once.
        if (outcome !== "answered") {
          repeated.push(outcome);
          outcome = await askOnce(project.url);
        }
        if (outcome === "answered") answered += 1;
        else failures.push(outcome);
      }
    };
    const load = Promise.all(Array.from({ length: 4 }, client));
    await project.compose("up", "-d", "--no-build", "--no-recreate", "--scale", "gateway=3", "--wait");
    const before = answered;
    await eventually(async () => (answered > before + 200 ? true : undefined), 120_000);
    const served = await Promise.all([1, 2, 3].map((index) => countServed(project, index)));
    await project.compose("up", "-d", "--no-build", "--no-recreate", "--scale", "gateway=1", "--wait");
    const after = answered;
    await eventually(async () => (answered > after + 50 ? true : undefined), 120_000);
    stop.abort();
    await load;
    expect(failures).toEqual([]);
    // Only the front door may say so, of a connection that was reset: no gateway refuses what has reached it.
    expect(repeated.filter((outcome) => !outcome.startsWith("502 "))).toEqual([]);
    expect(repeated.length).toBeLessThanOrEqual(Math.ceil(answered / 100));
    expect(served.every((count) => count > 0)).toBe(true);
  }, 480_000);
});

/** "answered", or what went wrong. */
async function askOnce(url: string): Promise<string> {
  try {
    const { status, json, events } = await sendMessages(url, { ...REQUEST, stream: true });
    if (status === 200 && events.at(-1)?.type === "message_stop") return "answered";
    return `${status} ${JSON.stringify(json)} ${events.at(-1)?.type}`;
  } catch (error) {
    return String(error);
  }
}

/** Requests that one replica has answered, by its own count. */
async function countServed(project: ComposeProject, index: number): Promise<number> {
  const script =
    "fetch('http://127.0.0.1:8080/stats').then(r => r.json()).then(s => console.log(s.request_stats.total_requests))";
  const output = await project.compose("exec", "-T", "--index", String(index), "gateway", "node", "-e", script);
  return Number(output.trim());
}

/** Opens a stream, reads its beginning, destroys the connection; resolves with the moment of it, ms since the epoch. */
function readSomeAndLeave(url: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = {
      "content-type": "application/json",
      "anthropic-version": "2023-06-01",
      "x-api-key": "test",
      ...PINNED,
    };
    const request = http.request(`${url}/v1/messages`, { method: "POST", headers, agent: false }, (answer) => {
      answer.on("error", () => {});
      answer.once("data", () => {
        const leftAt = Date.now();
        request.destroy();
        resolve(leftAt);
      });
    });
    request.on("error", reject);
    request.end(JSON.stringify({ ...REQUEST, stream: true }));
  });
}

/** Asks again every 50 ms until there is an answer. */
async function eventually<Result>(ask: () => Promise<Result | undefined>, limitMs = 60_000): Promise<Result> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    const result = await ask();
    if (result !== undefined) return result;
    if (Date.now() > deadline) throw new Error(`nothing came within ${limitMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
