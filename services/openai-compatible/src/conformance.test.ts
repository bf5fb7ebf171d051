import { describeProviderConformance, type ConformanceSetup } from "@switchyard/provider-kit/conformance";
import { startSimulator } from "@switchyard/simulators";

import { createOpenAiCompatibleProvider } from "./openai-compatible-provider.ts";

const common = { createProvider: createOpenAiCompatibleProvider, countsTokens: false };

const ANY_KEY = "a server of one's own takes any key";
const localServer = {
  "tells the usage in disjoint buckets": "Ollama tells of no cache",
  "says which setting to look at when our credential is refused, and never 401": ANY_KEY,
  "knows that its credential is refused, or its upstream gone, and stays alive": ANY_KEY,
};

const SETUPS: Readonly<Record<string, ConformanceSetup>> = {
  "OpenAI by Responses": {
    ...common,
    startSimulator: () => startSimulator("openai"),
    settings: ({ baseUrl }) => ({ kind: "openai", baseUrl }),
    model: "gpt-5.6-sol",
  },
  "OpenAI by chat completions": {
    ...common,
    startSimulator: () => startSimulator("openai"),
    settings: ({ baseUrl }) => ({ kind: "openai", baseUrl }),
    model: "gpt-4.1",
    thinks: false,
  },
  "Azure's v1 API": {
    ...common,
    startSimulator: () => startSimulator("azure"),
    settings: ({ baseUrl }) => ({ kind: "azure", baseUrl }),
    model: "gpt-5.6-sol",
  },
  "Azure's dated API": {
    ...common,
    startSimulator: () => startSimulator("azure"),
    settings: ({ baseUrl }) => ({
      kind: "azure",
      baseUrl: baseUrl.replace("/openai/v1", ""),
      apiVersion: "2025-04-01-preview",
      dialect: "chat",
    }),
    model: "gpt-4.1",
    thinks: false,
  },
  Gemini: {
    ...common,
    startSimulator: () => startSimulator("gemini"),
    settings: ({ baseUrl }) => ({ kind: "gemini", baseUrl }),
    model: "gemini-3.1-pro-preview",
  },
  "DeepSeek by chat completions": {
    ...common,
    startSimulator: () => startSimulator("deepseek"),
    settings: ({ baseUrl }) => ({ kind: "deepseek", baseUrl }),
    model: "deepseek-v4-pro",
  },
  "DeepSeek by its Messages endpoint": {
    ...common,
    startSimulator: () => startSimulator("deepseek"),
    settings: ({ baseUrl }) => ({ kind: "deepseek", baseUrl, dialect: "messages" }),
    model: "deepseek-v4-pro",
  },
  "Ollama by its Messages endpoint": {
    ...common,
    startSimulator: () => startSimulator("ollama"),
    settings: ({ baseUrl }) => ({ kind: "ollama", baseUrl }),
    model: "gpt-oss:20b",
    skip: localServer,
  },
  "Ollama by chat completions": {
    ...common,
    startSimulator: () => startSimulator("ollama"),
    settings: ({ baseUrl }) => ({ kind: "ollama", baseUrl, dialect: "chat" }),
    model: "gpt-oss:20b",
    skip: localServer,
  },
};

for (const [name, setup] of Object.entries(SETUPS)) describeProviderConformance(name, setup);
