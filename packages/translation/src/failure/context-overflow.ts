import type { ErrorBody } from "./error-body.ts";

/** Wordings of an over-long context that carry both numbers, in the order (tokens, maximum). */
const WITH_NUMBERS: readonly RegExp[] = [
  // Anthropic: prompt is too long: 213462 tokens > 200000 maximum
  /prompt is too long: (?<tokens>\d+) tokens? > (?<maximum>\d+)/iu,
  // Gemini: The input token count (1196265) exceeds the maximum number of tokens allowed (1048575).
  /input token count(?: of)? \(?(?<tokens>\d+)\)? exceeds the maximum[^\d]*(?<maximum>\d+)/iu,
  // GitHub Copilot and older Gemini: prompt token count of 130000 exceeds the limit of 128000
  /token count(?: of)? \(?(?<tokens>\d+)\)? exceeds[^\d]*(?<maximum>\d+)/iu,
  // llama.cpp: request (14429 tokens) exceeds the available context size (8192 tokens)
  /request \((?<tokens>\d+) tokens?\) exceeds the available context size \((?<maximum>\d+)/iu,
  // xAI: This model's maximum prompt length is 131072 but the request contains 537812 tokens.
  /maximum prompt length is (?<maximum>\d+)[^\d]*(?<tokens>\d+)/iu,
  // Moonshot: Your request exceeded model token limit: 262144 (requested: 300000)
  /model token limit: (?<maximum>\d+) \(requested: (?<tokens>\d+)\)/iu,
  // Mistral: Prompt contains 140000 tokens ... too large for model with 131072 maximum context length
  /prompt contains (?<tokens>\d+) tokens?[^\d]*(?<maximum>\d+)/iu,
  // llama-cpp-python: Requested tokens (2285) exceed context window of 2048
  /requested tokens \((?<tokens>\d+)\) exceed context window of (?<maximum>\d+)/iu,
  // OpenAI and Groq, one request larger than a minute's allowance: Limit 30000, Requested 132819
  /request too large[^]*?limit (?<maximum>\d+), requested (?<tokens>\d+)/iu,
  // vLLM: Input length (35247) exceeds model's maximum context length (32768)
  /input length \(?(?<tokens>\d+)\)?(?: tokens)? exceeds[^\d]*(?<maximum>\d+)/iu,
  // OpenAI: maximum context length is 128000 tokens. However, your messages resulted in 204308 tokens.
  /maximum context length is (?<maximum>\d+)[^\d]*(?<tokens>\d+) tokens?/iu,
  // GitHub Models: Request body too large for gpt-4o model. Max size: 8000 tokens.
  /request body too large for .{1,200}? model\. max size: (?<maximum>\d+) tokens/iu,
];

/** Wordings where the input alone would fit, and only input and output together do not. */
const WITH_PARTS: readonly RegExp[] = [
  // OpenAI, DeepSeek: ... is 131072 tokens. However, you requested 131134 tokens (122942 in the messages, 8192 in the completion).
  /maximum context length is (?<maximum>\d+)[^(]*\((?<input>\d+) in the (?:messages|prompt|input)[^)]*?(?<output>\d+) in the (?:completion|output)/iu,
  // OpenRouter: maximum context length is 131072 tokens. However, you requested about 140000 tokens (130000 of text input, 10000 in the output).
  /maximum context length is (?<maximum>\d+)[^(]*\((?<input>\d+) of text input(?:, (?<more>\d+) of (?:tool|image) input)?[^)]*?(?<output>\d+) in the output/iu,
  // vLLM: 'max_tokens' is too large: 2000. This model's maximum context length is 4096 tokens and your request has 2104 input tokens
  /is too large: (?<output>\d+)\.[^]*?maximum context length is (?<maximum>\d+)[^\d]*(?<input>\d+) input tokens/iu,
  // vLLM: maximum context length is 128000 tokens. However, you requested 65535 output tokens and your prompt contains at least 62466 input tokens
  /maximum context length is (?<maximum>\d+)[^\d]*(?<output>\d+) output tokens and your prompt contains(?: at least)? (?<input>\d+)/iu,
];

/** Wordings without usable numbers. */
const WITHOUT_NUMBERS: readonly RegExp[] = [
  /prompt is too long/iu,
  /input is too long/iu,
  /prompt (?:is )?too large/iu,
  /exceeds? (?:the |this |its )?(?:model'?s? )?(?:available |maximum )?context (?:window|length|size)/iu,
  /context (?:window|length) (?:is )?exceed/iu,
  /maximum context length/iu,
  /greater than the context length/iu,
  /reduce the length of (?:the|your) (?:messages|prompt|input)/iu,
  /exceed(?:s|ed)? (?:the )?(?:maximum|max)(?: allowed)?(?: number of)? (?:input )?tokens/iu,
  /context window exceeds limit/iu,
  /request body too large for .* model/iu,
  /too many (?:input )?tokens/iu,
  /input length and `?max_tokens`? exceed context limit/iu,
];

const CODES: ReadonlySet<string> = new Set([
  "context_length_exceeded",
  "tokens_limit_reached",
  "exceed_context_size_error",
  "string_above_max_length",
  "string_too_long",
  "model_max_prompt_tokens_exceeded",
  "request_too_large",
]);

/** Errors about the number of requests or tokens per time: never a matter of the context's length. */
const RATE = /\b(?:per (?:min|day|hour|second)|rate limit|quota|TPD|RPM|RPD)\b/iu;

/**
 * The message by which Claude Code knows to compact, or to ask for less output; undefined when the error
 * is not about the length of the context. Numbers are the upstream's own.
 */
export function readContextOverflow(body: ErrorBody): string | undefined {
  const parts = readParts(body.message);
  if (parts !== undefined) return parts;
  const numbers = readNumbers(body);
  if (numbers !== undefined) return numbers;
  const named = CODES.has(body.code) || CODES.has(body.type.toLowerCase());
  const worded = !RATE.test(body.message) && WITHOUT_NUMBERS.some((pattern) => pattern.test(body.message));
  return named || worded ? withoutNumbers(body.message) : undefined;
}

/** For an answer of 413 that does not say what was too large. */
export function withoutNumbers(message: string): string {
  if (/prompt is too long/iu.test(message)) return message;
  return message === "" ? "prompt is too long" : `prompt is too long: ${message}`;
}

function readParts(message: string): string | undefined {
  for (const pattern of WITH_PARTS) {
    const groups = pattern.exec(message)?.groups;
    if (groups === undefined) continue;
    const input = Number(groups["input"]) + Number(groups["more"] ?? 0);
    const output = Number(groups["output"]);
    const maximum = Number(groups["maximum"]);
    if (input >= maximum) return tooLong(input, maximum);
    return `input length and \`max_tokens\` exceed context limit: ${input} + ${output} > ${maximum}, decrease input length or \`max_tokens\` and try again`;
  }
  return undefined;
}

function readNumbers(body: ErrorBody): string | undefined {
  const { n_prompt_tokens: tokens, n_ctx: maximum } = body.fields;
  if (typeof tokens === "number" && typeof maximum === "number") return tooLong(tokens, maximum);
  for (const pattern of WITH_NUMBERS) {
    const groups = pattern.exec(body.message)?.groups;
    if (groups?.["maximum"] === undefined) continue;
    const found = groups["tokens"];
    const limit = Number(groups["maximum"]);
    if (found === undefined) return `prompt is too long: more than ${limit} tokens > ${limit} maximum`;
    return tooLong(Number(found), limit);
  }
  return undefined;
}

function tooLong(tokens: number, maximum: number): string {
  return `prompt is too long: ${tokens} tokens > ${maximum} maximum`;
}
