import { describe, expect, it } from "@jest/globals";
import { errorTypeOfStatus, STATUS_OF_ERROR_TYPE, type FailureName } from "@switchyard/wire";
import { google, NOW, openAi } from "./__fixtures__/failure-case.ts";
import { GEMINI } from "./__fixtures__/gemini-errors.ts";
import { AZURE, OPENAI } from "./__fixtures__/open-ai-errors.ts";
import { OPENROUTER } from "./__fixtures__/open-router-errors.ts";
import { OTHERS } from "./__fixtures__/other-errors.ts";
import { readFailureInside, readOpenAiFailure } from "./read-open-ai-failure.ts";
import { toGatewayError } from "./upstream-failure.ts";

describe.each([
  ["OpenAI", OPENAI],
  ["Azure", AZURE],
  ["Gemini", GEMINI],
  ["OpenRouter", OPENROUTER],
  ["others", OTHERS],
])("%s", (_provider, cases) => {
  it.each(cases.map((one) => [one.name, one] as const))("%s", (_name, one) => {
    const text = typeof one.body === "string" ? one.body : JSON.stringify(one.body);
    const read = readOpenAiFailure(one.status, one.headers ?? {}, text, NOW);
    expect(read.failure).toBe(one.failure);
    expect(read.status).toBe(one.told ?? one.status);
    expect(read.retryAfterSeconds).toBe(one.retryAfterSeconds);
    if (one.message !== undefined) expect(read.message).toBe(one.message);
    // Type and status agree, so that a client that reads either understands the same.
    expect([read.type, errorTypeOfStatus(read.status)]).toContain(read.type);
    expect(STATUS_OF_ERROR_TYPE[read.type]).toBeDefined();
  });
});

describe("a context that is too long", () => {
  it.each([
    // platform.openai.com/docs/guides/error-codes
    [
      "OpenAI",
      400,
      openAi(
        "This model's maximum context length is 128000 tokens. However, your messages resulted in 204308 tokens. Please reduce the length of the messages.",
        "context_length_exceeded",
      ),
      "prompt is too long: 204308 tokens > 128000 maximum",
    ],
    [
      "OpenAI Responses",
      400,
      openAi(
        "Your input exceeds the context window of this model. Please adjust your input and try again.",
        "context_length_exceeded",
      ),
      "prompt is too long: Your input exceeds the context window of this model. Please adjust your input and try again.",
    ],
    // github.com/google-gemini/gemini-cli/issues/4692
    [
      "Gemini",
      400,
      google(
        400,
        "INVALID_ARGUMENT",
        "The input token count (1196265) exceeds the maximum number of tokens allowed (1048575).",
      ),
      "prompt is too long: 1196265 tokens > 1048575 maximum",
    ],
    [
      "GitHub Copilot",
      400,
      openAi("prompt token count of 130000 exceeds the limit of 128000", "model_max_prompt_tokens_exceeded"),
      "prompt is too long: 130000 tokens > 128000 maximum",
    ],
    // github.com/Aider-AI/aider/issues/2296
    [
      "GitHub Models",
      413,
      {
        error: {
          code: "tokens_limit_reached",
          message: "Request body too large for gpt-4o model. Max size: 8000 tokens.",
          details: "x",
        },
      },
      "prompt is too long: more than 8000 tokens > 8000 maximum",
    ],
    // github.com/ggml-org/llama.cpp/pull/15780
    [
      "llama.cpp",
      500,
      {
        error: {
          code: 500,
          message:
            "the request exceeds the available context size. try increasing the context size or enable context shift",
          type: "exceed_context_size_error",
          n_prompt_tokens: 1407,
          n_ctx: 256,
        },
      },
      "prompt is too long: 1407 tokens > 256 maximum",
    ],
    [
      "llama.cpp in words",
      400,
      {
        error: {
          code: 400,
          message: "request (14429 tokens) exceeds the available context size (8192 tokens), try increasing it",
          type: "exceed_context_size_error",
        },
      },
      "prompt is too long: 14429 tokens > 8192 maximum",
    ],
    // github.com/abetlen/llama-cpp-python
    [
      "llama-cpp-python",
      400,
      openAi("Requested tokens (2285) exceed context window of 2048"),
      "prompt is too long: 2285 tokens > 2048 maximum",
    ],
    // github.com/vllm-project/vllm/issues/20409
    [
      "vLLM",
      400,
      {
        object: "error",
        message:
          "This model's maximum context length is 16384 tokens. However, you requested 122946 tokens (112946 in the messages, 10000 in the completion). Please reduce the length of the messages or completion.",
        type: "BadRequestError",
        code: 400,
      },
      "prompt is too long: 112946 tokens > 16384 maximum",
    ],
    // docs.x.ai
    [
      "xAI",
      400,
      {
        code: "invalid",
        error: "This model's maximum prompt length is 131072 but the request contains 537812 tokens.",
      },
      "prompt is too long: 537812 tokens > 131072 maximum",
    ],
    [
      "Moonshot",
      400,
      openAi("Invalid request: Your request exceeded model token limit: 262144 (requested: 300000)"),
      "prompt is too long: 300000 tokens > 262144 maximum",
    ],
    [
      "Mistral",
      400,
      {
        object: "error",
        message:
          "Prompt contains 140000 tokens and 0 draft tokens, too large for model with 131072 maximum context length",
        type: "invalid_request_error",
      },
      undefined,
    ],
    [
      "MiniMax",
      400,
      openAi("invalid params, context window exceeds limit"),
      "prompt is too long: invalid params, context window exceeds limit",
    ],
    [
      "LM Studio",
      400,
      { error: "The number of tokens to keep from the initial prompt is greater than the context length." },
      "prompt is too long: The number of tokens to keep from the initial prompt is greater than the context length.",
    ],
    [
      "Groq",
      413,
      openAi(
        "Request too large for model `x` in organization `o` on tokens per minute (TPM): Limit 6000, Requested 9000, please reduce your message size and try again.",
        "rate_limit_exceeded",
        "tokens",
      ),
      "prompt is too long: 9000 tokens > 6000 maximum",
    ],
    [
      "OpenAI, larger than a minute's tokens",
      429,
      openAi(
        "Request too large for gpt-4o in organization org-x on tokens per min (TPM): Limit 30000, Requested 132819. The input or output tokens must be reduced in order to run successfully.",
        "rate_limit_exceeded",
        "tokens",
      ),
      "prompt is too long: 132819 tokens > 30000 maximum",
    ],
    [
      "nginx",
      413,
      "<html><title>413 Request Entity Too Large</title></html>",
      'prompt is too long: a page titled "413 Request Entity Too Large"',
    ],
    ["nothing but the status", 413, "", "prompt is too long"],
  ])("in %s' words", (_provider, status, body, message) => {
    const read = readOpenAiFailure(status, {}, typeof body === "string" ? body : JSON.stringify(body));
    expect(read).toMatchObject({ failure: "context-too-long", status: 400, type: "invalid_request_error" });
    expect(read.message).toMatch(/^prompt is too long/u);
    if (message !== undefined) expect(read.message).toBe(message);
  });

  it.each([
    [
      "OpenAI and DeepSeek",
      "This model's maximum context length is 131072 tokens. However, you requested 131134 tokens (122942 in the messages, 8192 in the completion). Please reduce the length of the messages or completion.",
      "122942 + 8192 > 131072",
    ],
    [
      "OpenRouter",
      "This endpoint's maximum context length is 131072 tokens. However, you requested about 140000 tokens (120000 of text input, 8000 of tool input, 12000 in the output). Please reduce the length of either one.",
      "128000 + 12000 > 131072",
    ],
    [
      "vLLM",
      "'max_tokens' or 'max_completion_tokens' is too large: 2000. This model's maximum context length is 4096 tokens and your request has 2104 input tokens (2000 > 4096 - 2104).",
      "2104 + 2000 > 4096",
    ],
    [
      "newer vLLM",
      "This model's maximum context length is 128000 tokens. However, you requested 65535 output tokens and your prompt contains at least 62466 input tokens, for a total of at least 128001 tokens.",
      "62466 + 65535 > 128000",
    ],
  ])(
    "only together with the output, in %s's words, names both, so that the client asks for less",
    (_provider, words, numbers) => {
      const read = readOpenAiFailure(400, {}, JSON.stringify(openAi(words)));
      expect(read.failure).toBe("context-too-long");
      expect(read.message).toBe(
        `input length and \`max_tokens\` exceed context limit: ${numbers}, decrease input length or \`max_tokens\` and try again`,
      );
    },
  );

  it.each([
    [
      "a limit per minute",
      429,
      "Rate limit reached on tokens per min (TPM): Limit 30000, Used 29000, Requested 2000. Please try again in 2s.",
    ],
    ["a daily limit", 429, "Too many tokens per day, please try again tomorrow"],
    [
      "a max_tokens that is too large",
      400,
      "max_tokens is too large: 200000. This model supports at most 16384 completion tokens, whereas you provided 200000.",
    ],
  ])("is not %s", (_name, status, message) => {
    expect(readOpenAiFailure(status, {}, JSON.stringify(openAi(message))).failure).not.toBe("context-too-long");
  });
});

describe("an error inside a 200", () => {
  it.each<[string, unknown, FailureName]>([
    ["by a numeric code", { error: { code: 502, message: "Provider disconnected" } }, "overloaded"],
    [
      "by a named code",
      { error: { code: "rate_limit_exceeded", message: "slow down please" } },
      "throttled-without-window",
    ],
    ["by Google's status", [{ error: { status: "RESOURCE_EXHAUSTED", message: "x" } }], "throttled-without-window"],
    ["by the type of a bad request", { error: { type: "invalid_request_error", message: "x" } }, "bad-request"],
    ["by nothing", { error: { message: "something" } }, "overloaded"],
    ["without words", { error: {} }, "overloaded"],
    ["as a string", "overloaded", "overloaded"],
    ["as nothing", null, "overloaded"],
  ])("is named %s", (_name, error, failure) => {
    const read = readFailureInside(error);
    expect(read.failure).toBe(failure);
    expect(read.status).toBeGreaterThanOrEqual(400);
    expect(toGatewayError(read)).toMatchObject({ failure, status: read.status, type: read.type });
  });
});

describe("secrets in an upstream's words", () => {
  it.each([
    "sk-proj-AbCdEf0123456789",
    "sk-ant-api03-abcdefgh",
    "AIzaSyA1234567890abcdef",
    "ghp_abcdefghij0123456789",
    "github_pat_11ABCDEFG0abcdef",
    "gsk_abcdefgh12345678",
    "xai-abcdefgh12345678",
    "ya29.a0AfH6SMBx-abc",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc",
  ])("such as %s are left out", (secret) => {
    const read = readOpenAiFailure(401, {}, JSON.stringify(openAi(`The key ${secret} is not known`)));
    expect(read.message).not.toContain(secret);
    expect(read.message).toContain("[redacted]");
  });

  it("are left out of pages and headers' words, too", () => {
    expect(readOpenAiFailure(401, {}, "denied: Authorization: Bearer abcdefgh12345678").message).not.toContain(
      "abcdefgh12345678",
    );
  });

  it("do not swallow ordinary words", () => {
    const words = "The task-runner asked for risk-averse models, e.g. xai/grok and eyJ";
    expect(readOpenAiFailure(400, {}, JSON.stringify(openAi(words))).message).toBe(words);
  });
});
