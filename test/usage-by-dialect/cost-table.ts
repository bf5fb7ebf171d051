import type { ScenarioUsage } from "@switchyard/simulators";

/** So many tokens at so many dollars per million cost so many dollars. */
type Line = readonly [tokens: number, bucket: string, dollarsPerMillion: number, dollars: number];

export interface CostCase {
  /** Of a dialect by this name. */
  dialect: string;
  /** What there is to learn from it. */
  why: string;
  /** As the upstream counts it: `input` is the whole prompt, `reasoning` a part of `output`. */
  usage: ScenarioUsage;
  /** Worked out by hand from the price lists that the snapshot names. */
  lines: readonly Line[];
  dollars: number;
  /** What the provider itself says, worked out likewise. */
  reported?: { lines: readonly Line[]; dollars: number };
  pricedAs?: string;
}

export const COST_TABLE: readonly CostCase[] = [
  {
    dialect: "Anthropic Messages",
    why: "every bucket at its own price; reasoning is output",
    usage: { input: 56_200, cacheRead: 50_000, cacheWrite: 5000, cacheWrite1h: 2000, output: 900, reasoning: 400 },
    lines: [
      [1200, "uncached", 4, 0.0048],
      [50_000, "cache read", 0.2, 0.01],
      [3000, "cache write, 5 minutes", 5, 0.015],
      [2000, "cache write, 1 hour", 8, 0.016],
      [900, "output", 20, 0.018],
    ],
    dollars: 0.0638,
  },
  {
    dialect: "Vertex rawPredict",
    why: "a region costs a tenth more than the global endpoint's 2 / 10 / 0.1 / 2.5 / 4",
    usage: {
      input: 112_000,
      cacheRead: 100_000,
      cacheWrite: 10_000,
      cacheWrite1h: 4000,
      output: 5000,
      reasoning: 1000,
    },
    lines: [
      [2000, "uncached", 2.2, 0.0044],
      [100_000, "cache read", 0.11, 0.011],
      [6000, "cache write, 5 minutes", 2.75, 0.0165],
      [4000, "cache write, 1 hour", 4.4, 0.0176],
      [5000, "output", 11, 0.055],
    ],
    dollars: 0.1045,
  },
  {
    dialect: "OpenRouter Messages",
    why: "the router's own figure counts, here one that charges the hour like five minutes; the table's is kept",
    usage: { input: 33_000, cacheRead: 20_000, cacheWrite: 12_000, cacheWrite1h: 8000, output: 2000, reasoning: 1500 },
    lines: [
      [1000, "uncached", 5, 0.005],
      [20_000, "cache read", 0.5, 0.01],
      [4000, "cache write, 5 minutes", 6.25, 0.025],
      [8000, "cache write, 1 hour", 10, 0.08],
      [2000, "output", 25, 0.05],
    ],
    dollars: 0.17,
    reported: {
      lines: [
        [1000, "uncached", 5, 0.005],
        [20_000, "cache read", 0.5, 0.01],
        [12_000, "cache write", 6.25, 0.075],
        [2000, "output", 25, 0.05],
      ],
      dollars: 0.14,
    },
  },
  {
    dialect: "OpenRouter chat completions",
    why: "the table agrees with the router's figure",
    usage: { input: 41_000, cacheRead: 36_000, cacheWrite: 4000, output: 3000, reasoning: 2500 },
    lines: [
      [1000, "uncached", 2, 0.002],
      [36_000, "cache read", 0.1, 0.0036],
      [4000, "cache write", 2.5, 0.01],
      [3000, "output", 10, 0.03],
    ],
    dollars: 0.0456,
    reported: {
      lines: [
        [1000, "uncached", 2, 0.002],
        [36_000, "cache read", 0.1, 0.0036],
        [4000, "cache write", 2.5, 0.01],
        [3000, "output", 10, 0.03],
      ],
      dollars: 0.0456,
    },
  },
  {
    dialect: "OpenAI chat completions",
    why: "fractions of a micro-dollar per token stay exact",
    usage: { input: 10_007, cacheRead: 8003, cacheWrite: 1001, output: 333, reasoning: 111 },
    lines: [
      [1003, "uncached", 0.1, 0.0001003],
      [8003, "cache read", 0.01, 0.00008003],
      [1001, "cache write", 0.125, 0.000125125],
      [333, "output", 0.5, 0.0001665],
    ],
    dollars: 0.000471955,
  },
  {
    dialect: "OpenAI Responses",
    why: "a prompt over 272,000 tokens makes all of it dearer, its cached part too",
    usage: { input: 300_000, cacheRead: 250_000, cacheWrite: 30_000, output: 10_000, reasoning: 8000 },
    lines: [
      [20_000, "uncached", 4, 0.08],
      [250_000, "cache read", 0.2, 0.05],
      [30_000, "cache write", 5, 0.15],
      [10_000, "output", 15, 0.15],
    ],
    dollars: 0.43,
  },
  {
    dialect: "OpenAI Responses",
    why: "a prompt of 272,000 tokens does not",
    usage: { input: 272_000, cacheRead: 250_000, cacheWrite: 20_000, output: 10_000, reasoning: 8000 },
    lines: [
      [2000, "uncached", 2, 0.004],
      [250_000, "cache read", 0.1, 0.025],
      [20_000, "cache write", 2.5, 0.05],
      [10_000, "output", 10, 0.1],
    ],
    dollars: 0.179,
  },
  {
    dialect: "Azure chat completions",
    why: "contracts are not known: OpenAI's own price, and marked",
    usage: { input: 5000, cacheRead: 4000, cacheWrite: 0, output: 1000, reasoning: 600 },
    lines: [
      [1000, "uncached", 0.1, 0.0001],
      [4000, "cache read", 0.01, 0.00004],
      [1000, "output", 0.5, 0.0005],
    ],
    dollars: 0.00064,
    pricedAs: "gpt-6-luna",
  },
  {
    dialect: "Azure Responses",
    why: "the same over Responses",
    usage: { input: 5000, cacheRead: 3000, cacheWrite: 1000, output: 1000, reasoning: 600 },
    lines: [
      [1000, "uncached", 2, 0.002],
      [3000, "cache read", 0.2, 0.0006],
      [1000, "cache write", 2.5, 0.0025],
      [1000, "output", 10, 0.01],
    ],
    dollars: 0.0151,
    pricedAs: "gpt-6-sol",
  },
  {
    dialect: "Gemini",
    why: "thoughts stand in the total alone, and are output; caching is implicit and free to write",
    usage: { input: 30_000, cacheRead: 24_000, output: 2500, reasoning: 2000 },
    lines: [
      [6000, "uncached", 2, 0.012],
      [24_000, "cache read", 0.2, 0.0048],
      [2500, "output", 12, 0.03],
    ],
    dollars: 0.0468,
  },
  {
    dialect: "Gemini",
    why: "over 200,000 tokens",
    usage: { input: 250_000, cacheRead: 200_000, output: 1000, reasoning: 0 },
    lines: [
      [50_000, "uncached", 4, 0.2],
      [200_000, "cache read", 0.4, 0.08],
      [1000, "output", 18, 0.018],
    ],
    dollars: 0.298,
  },
  {
    dialect: "DeepSeek chat completions",
    why: "cache hits are a part of the prompt's tokens",
    usage: { input: 64_000, cacheRead: 60_000, output: 3000, reasoning: 1000 },
    lines: [
      [4000, "uncached", 0.66, 0.00264],
      [60_000, "cache read", 0.022, 0.00132],
      [3000, "output", 1.98, 0.00594],
    ],
    dollars: 0.0099,
  },
  {
    dialect: "DeepSeek Messages",
    why: "cache hits stand beside the input",
    usage: { input: 64_000, cacheRead: 60_000, output: 3000 },
    lines: [
      [4000, "uncached", 0.66, 0.00264],
      [60_000, "cache read", 0.022, 0.00132],
      [3000, "output", 1.98, 0.00594],
    ],
    dollars: 0.0099,
  },
  {
    dialect: "GitHub Models",
    why: "has no prices per token: the maker's own, and marked",
    usage: { input: 7000, cacheRead: 2000, output: 500 },
    lines: [
      [5000, "uncached", 2, 0.01],
      [2000, "cache read", 0.5, 0.001],
      [500, "output", 8, 0.004],
    ],
    dollars: 0.015,
    pricedAs: "gpt-4.1",
  },
  {
    dialect: "Ollama Messages",
    why: "one's own hardware charges nothing",
    usage: { input: 7000, output: 500 },
    lines: [
      [7000, "uncached", 0, 0],
      [500, "output", 0, 0],
    ],
    dollars: 0,
  },
  {
    dialect: "Ollama chat completions",
    why: "nor over chat completions",
    usage: { input: 7000, output: 500 },
    lines: [
      [7000, "uncached", 0, 0],
      [500, "output", 0, 0],
    ],
    dollars: 0,
  },
];
