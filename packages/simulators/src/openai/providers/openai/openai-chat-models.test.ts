import { tool, user } from "../../__fixtures__/chat-bodies.ts";
import { testRefusals, type Refusal } from "../../__fixtures__/refusals.ts";

const REASONING = { model: "gpt-5.6" };

const MODELS: readonly Refusal[] = [
  [
    "max_tokens on a reasoning model",
    { ...REASONING, max_tokens: 100 },
    "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
    "max_tokens",
    "unsupported_parameter",
  ],
  [
    "a temperature on a reasoning model",
    { ...REASONING, temperature: 0.2 },
    "Unsupported value: 'temperature' does not support 0.2 with this model. Only the default (1) value is supported.",
    "temperature",
    "unsupported_value",
  ],
  [
    "a temperature on an older reasoning model",
    { model: "o3", temperature: 0.2 },
    "Unsupported parameter: 'temperature' is not supported with this model.",
    "temperature",
    "unsupported_parameter",
  ],
  [
    "top_p on a reasoning model",
    { ...REASONING, top_p: 0.5 },
    "Unsupported parameter: 'top_p' is not supported with this model.",
    "top_p",
    "unsupported_parameter",
  ],
  [
    "stop sequences on a reasoning model",
    { ...REASONING, stop: ["END"] },
    "Unsupported parameter: 'stop' is not supported with this model.",
    "stop",
    "unsupported_parameter",
  ],
  [
    "tools beside an effort",
    { model: "gpt-5.6-luna", tools: [tool()], reasoning_effort: "low" },
    "Function tools with reasoning_effort are not supported for gpt-5.6-luna in /v1/chat/completions. To use function tools, use /v1/responses or set reasoning_effort to 'none'.",
    "reasoning_effort",
    null,
  ],
  [
    "tools beside the effort that nobody asked for",
    { model: "gpt-5.6", tools: [tool()] },
    /^Function tools with reasoning_effort are not supported for gpt-5\.6 /,
    "reasoning_effort",
    null,
  ],
  [
    "tools beside an effort on 5.4",
    { model: "gpt-5.4", tools: [tool()], reasoning_effort: "high" },
    "Function tools with reasoning_effort are not supported for gpt-5.4 in /v1/chat/completions. Please use /v1/responses instead.",
    "reasoning_effort",
    null,
  ],
  [
    "an effort that the model does not have",
    { model: "gpt-5.1", reasoning_effort: "xhigh" },
    "Unsupported value: 'reasoning_effort' does not support 'xhigh' with this model. Supported values are: 'none', 'low', 'medium', and 'high'.",
    "reasoning_effort",
    "unsupported_value",
  ],
  [
    "an effort on a model that does not reason",
    { reasoning_effort: "low" },
    "Unrecognized request argument supplied: reasoning_effort",
    null,
    null,
  ],
  [
    "more output than the model has",
    { max_tokens: 40_000 },
    "max_tokens is too large: 40000. This model supports at most 32768 completion tokens, whereas you provided 40000.",
    "max_tokens",
    null,
  ],
  [
    "stream options without a stream",
    { stream_options: { include_usage: true } },
    "The 'stream_options' parameter is only allowed when 'stream' is enabled.",
    "stream_options",
    null,
  ],
];

testRefusals(
  {
    title: "OpenAI's chat completions, by the model,",
    kind: "openai",
    path: "/v1/chat/completions",
    good: { model: "gpt-4.1", messages: [user()] },
  },
  MODELS,
);
