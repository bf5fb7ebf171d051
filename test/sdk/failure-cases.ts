import {
  APIError,
  APIUserAbortError,
  AuthenticationError,
  BadRequestError,
  InternalServerError,
  RateLimitError,
  ServiceUnavailableError,
} from "@anthropic-ai/sdk";
import type Anthropic from "@anthropic-ai/sdk";
import { expect, it } from "@jest/globals";
import { ask, type SdkBench } from "./sdk-case.ts";

const WORDS = "in the upstream's own words";
const BUSY = { error: { status: 429, message: WORDS, headers: { "retry-after": "1", "retry-after-ms": "1000" } } };
const LONG_TEXT = "word ".repeat(400);

type Ask = (client: Anthropic, bench: SdkBench) => Promise<unknown>;
const create: Ask = (client, bench) => client.messages.create(ask(bench));
const stream: Ask = (client, bench) => client.messages.stream(ask(bench)).finalMessage();

/** Which of the SDK's errors a failure becomes, and what happens to a stream that fails or is left. */
export function registerFailureCases(bench: SdkBench): void {
  it("rejects a request that is wrong everywhere with BadRequestError", async () => {
    bench.simulator().script({ error: { status: 400, message: WORDS }, times: "always" });
    const error = await failureOf(bench.client({ maxRetries: 2 }).messages.create(ask(bench)));
    expect(error).toBeInstanceOf(BadRequestError);
    expect(error).toMatchObject({ status: 400, type: "invalid_request_error" });
    expect(error.apiMessage).toContain(WORDS);
    expect(error.requestID).toMatch(/^\S{8,}$/);
    expect(generations(bench)).toBe(1);
  });

  it("rejects a body that is not a request with BadRequestError, and asks nobody", async () => {
    const wrong = { ...ask(bench), messages: "Hello" } as unknown as Anthropic.MessageCreateParamsNonStreaming;
    const error = await failureOf(bench.client().messages.create(wrong));
    expect(error).toBeInstanceOf(BadRequestError);
    expect(error.message).toContain("messages");
    expect(generations(bench)).toBe(0);
  });

  it("rejects a key that this mesh does not know with AuthenticationError, and asks nobody", async () => {
    const error = await failureOf(bench.client({ apiKey: "somebody-elses-key" }).messages.create(ask(bench)));
    expect(error).toBeInstanceOf(AuthenticationError);
    expect(error).toMatchObject({ status: 401, type: "authentication_error" });
    expect(error.message).not.toContain("somebody-elses-key");
    expect(generations(bench)).toBe(0);
  });

  it("rejects a server's failure with InternalServerError, streamed and not", async () => {
    bench.simulator().script({ error: { status: 500, message: WORDS }, times: "always" });
    const client = bench.client({ maxRetries: 0 });
    for (const asked of [create, stream]) {
      const error = await failureOf(asked(client, bench));
      expect(error).toBeInstanceOf(InternalServerError);
      expect(["api_error", "overloaded_error"]).toContain(error.type);
      expect(error.apiMessage).toContain(WORDS);
    }
  });

  it("rejects an error inside a 200 with a true status", async () => {
    bench.simulator().script({ fault: { type: "error_in_200", message: WORDS }, times: "always" });
    const client = bench.client({ maxRetries: 0 });
    for (const asked of [create, stream]) {
      const error = await failureOf(asked(client, bench));
      expect(error.status).toBeGreaterThanOrEqual(429);
      expect(error.apiMessage).toContain(WORDS);
    }
  });

  it("rejects a stream that is cut after its first output, with what was told before", async () => {
    bench.simulator().script({ blocks: [{ type: "text", text: LONG_TEXT }], fault: { type: "cut", afterEvents: 12 } });
    const running = bench.client().messages.stream(ask(bench));
    let told = "";
    running.on("text", (delta) => (told += delta));
    const error = await failureOf(running.finalMessage());
    expect(error).toBeInstanceOf(APIError);
    expect(error.type).not.toBeNull();
    expect(told.length).toBeGreaterThan(0);
    expect(LONG_TEXT.startsWith(told)).toBe(true);
    expect(running.errored).toBe(true);
  });

  it("stops the upstream when a stream is aborted", async () => {
    bench.simulator().script({ blocks: [{ type: "text", text: LONG_TEXT }], delivery: { eventDelayMs: 20 } });
    const running = bench.client().messages.stream(ask(bench));
    running.once("text", () => running.abort());
    const error = await failureOf(running.finalMessage());
    expect(error).toBeInstanceOf(APIUserAbortError);
    expect(running.aborted).toBe(true);
    const left = await bench.simulator().waitFor(({ abortedAt }) => abortedAt !== undefined);
    expect(left.finished).toBe(false);
  });

  it("stops the upstream when a call is aborted that is not streamed", async () => {
    bench.simulator().script({ delivery: { firstByteDelayMs: 15_000 } });
    const abort = new AbortController();
    const asked = failureOf(bench.client().messages.create(ask(bench), { signal: abort.signal }));
    await bench.simulator().waitFor((request) => isGeneration(request));
    abort.abort();
    expect(await asked).toBeInstanceOf(APIUserAbortError);
    await bench.simulator().waitFor(({ abortedAt }) => abortedAt !== undefined);
  });

  if (bench.target.kind !== "ollama") registerCredentialCase(bench);
  // Last, for the gateway then leaves the upstream alone for a second.
  registerLimitCase(bench);
}

function registerCredentialCase(bench: SdkBench): void {
  it("rejects the refusal of our own credential with ServiceUnavailableError, never as the client's fault", async () => {
    bench.simulator().script({ error: { status: 401 }, times: "always" });
    const error = await failureOf(bench.client({ maxRetries: 0 }).messages.create(ask(bench)));
    expect(error).toBeInstanceOf(ServiceUnavailableError);
    expect(error).toMatchObject({ status: 503, type: "api_error" });
    bench.simulator().reset();
    if (bench.door === "gateway") await wake(bench);
    bench.simulator().script({ blocks: [{ type: "text", text: "again" }] });
    expect((await bench.client().messages.create(ask(bench))).content).toMatchObject([{ text: "again" }]);
  });
}

function registerLimitCase(bench: SdkBench): void {
  it("rejects a limit with RateLimitError, which says when to come back", async () => {
    bench.simulator().script({ ...BUSY, times: "always" });
    const error = await failureOf(bench.client({ maxRetries: 0 }).messages.create(ask(bench)));
    expect(error).toBeInstanceOf(RateLimitError);
    expect(error).toMatchObject({ status: 429, type: "rate_limit_error" });
    expect(error.headers?.get("retry-after")).toBe("1");
  });
}

/** The SDK's own retries need no trying on every provider: they go by the headers that are held above. */
export function registerRetryCase(bench: SdkBench): void {
  it("gets through by the SDK's own retries once a limit is over", async () => {
    bench.simulator().script(BUSY, { blocks: [{ type: "text", text: "at last" }] });
    const answer = await bench.client({ maxRetries: 5 }).messages.create(ask(bench));
    expect(answer.content).toMatchObject([{ type: "text", text: "at last" }]);
  });
}

/** A provider whose credential was refused rests until somebody sees it work. */
async function wake(bench: SdkBench): Promise<void> {
  const answer = await fetch(`${bench.rig().mesh.url}/api/providers/${bench.target.kind}/test`, { method: "POST" });
  expect(await answer.json()).toMatchObject({ status: "success" });
}

async function failureOf(asked: Promise<unknown>): Promise<APIError> {
  try {
    await asked;
  } catch (error) {
    if (error instanceof APIError) return error;
    throw error;
  }
  throw new Error("the call succeeded");
}

function isGeneration({ method, path }: { method: string; path: string }): boolean {
  return method === "POST" && !path.includes("count");
}

function generations(bench: SdkBench): number {
  return bench.simulator().requests.filter((request) => isGeneration(request)).length;
}
