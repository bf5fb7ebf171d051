import { NOW, MINUTE, HOUR, DAY, type Row } from "./limit-row.ts";

const OPENAI = "https://developers.openai.com/api/docs/guides/rate-limits";
const AZURE_ZEROES = "https://github.com/openai/openai-dotnet/issues/838";

export const PER_RESOURCE: Row[] = [
  {
    name: "Go durations of a minute's limits, tokens by use beside tokens reserved",
    source: "https://community.openai.com/t/how-to-get-rate-limit-reset-time-for-response-api/1268905",
    headers: {
      "x-ratelimit-limit-requests": "5000",
      "x-ratelimit-limit-tokens": "160000",
      "x-ratelimit-limit-tokens_usage_based": "160000",
      "x-ratelimit-remaining-requests": "4999",
      "x-ratelimit-remaining-tokens": "159976",
      "x-ratelimit-remaining-tokens_usage_based": "159000",
      "x-ratelimit-reset-requests": "12ms",
      "x-ratelimit-reset-tokens": "9ms",
      "x-ratelimit-reset-tokens_usage_based": "375ms",
    },
    told: [
      { resource: "requests", limit: 5000, remaining: 4999, resetMs: 12, windowMs: MINUTE },
      { resource: "tokens", limit: 160_000, remaining: 159_000, resetMs: 375, windowMs: MINUTE },
    ],
  },
  {
    name: "a day's requests under a minute's name",
    source: "https://github.com/newrelic/newrelic-python-agent (answers recorded for its tests)",
    headers: {
      "x-ratelimit-limit-requests": "200",
      "x-ratelimit-remaining-requests": "197",
      "x-ratelimit-reset-requests": "16m17.764s",
      "x-ratelimit-limit-tokens": "40000",
      "x-ratelimit-remaining-tokens": "39929",
      "x-ratelimit-reset-tokens": "106ms",
    },
    told: [
      { resource: "requests", limit: 200, remaining: 197, resetMs: 977_764, windowMs: DAY },
      { resource: "tokens", limit: 40_000, remaining: 39_929, resetMs: 106, windowMs: MINUTE },
    ],
  },
  {
    name: "Groq's day of requests",
    source: "https://console.groq.com/docs/rate-limits",
    headers: {
      "x-ratelimit-limit-requests": "14400",
      "x-ratelimit-remaining-requests": "14370",
      "x-ratelimit-reset-requests": "2m59.56s",
    },
    told: [{ resource: "requests", limit: 14_400, remaining: 14_370, resetMs: 179_560, windowMs: DAY }],
  },
  {
    name: "figures that fit no window",
    source: OPENAI,
    headers: {
      "x-ratelimit-limit-tokens": "150000",
      "x-ratelimit-remaining-tokens": "149984",
      "x-ratelimit-reset-tokens": "6m0s",
    },
    told: [{ resource: "tokens", limit: 150_000, remaining: 149_984, resetMs: 360_000 }],
  },
  {
    name: "windows in the names",
    source: "https://github.com/mistralai/client-ts/issues/169",
    headers: {
      "x-ratelimit-limit-tokens-minute": "5000000",
      "x-ratelimit-remaining-tokens-minute": "4999911",
      "x-ratelimit-tokens-query-cost": "52",
      "x-ratelimit-limit-req-minute": "720",
      "x-ratelimit-remaining-req-minute": "717",
    },
    told: [
      { resource: "tokens", limit: 5_000_000, remaining: 4_999_911, windowMs: MINUTE },
      { resource: "requests", limit: 720, remaining: 717, windowMs: MINUTE },
    ],
  },
  {
    name: "days in the names, resets in seconds",
    source: "https://inference-docs.cerebras.ai/support/rate-limits",
    headers: {
      "x-ratelimit-limit-requests-day": "14400",
      "x-ratelimit-remaining-requests-day": "14388",
      "x-ratelimit-reset-requests-day": "33011.382867813110",
    },
    told: [{ resource: "requests", limit: 14_400, remaining: 14_388, resetMs: 33_011_383, windowMs: DAY }],
  },
  {
    name: "resets in seconds and milliseconds since the epoch, and in RFC 3339",
    source: "https://docs.digitalocean.com/products/inference/reference/quota-specific-response-headers/",
    headers: {
      "x-ratelimit-limit-requests": "60",
      "x-ratelimit-remaining-requests": "0",
      "x-ratelimit-reset-requests": String(NOW / 1000 + 30),
      "x-ratelimit-limit-input-tokens": "100",
      "x-ratelimit-reset-input-tokens": String(NOW + 30_000),
      "x-ratelimit-limit-output-tokens": "100",
      "x-ratelimit-reset-output-tokens": "2026-11-20T12:00:30Z",
    },
    told: [
      { resource: "requests", limit: 60, remaining: 0, resetMs: 30_000 },
      { resource: "input_tokens", limit: 100, resetMs: 30_000 },
      { resource: "output_tokens", limit: 100, resetMs: 30_000 },
    ],
  },
  {
    name: "windows in the names, another way",
    source: "https://docs.digitalocean.com/products/inference/reference/quota-specific-response-headers/",
    headers: {
      "x-ratelimit-limit-tokens-per-day": "1000000",
      "x-ratelimit-remaining-tokens-per-day": "0",
      "x-ratelimit-reset-tokens-per-day": String(NOW / 1000 + 3600),
      "x-ratelimit-limit-tokens-per-minute": "5000",
    },
    told: [
      { resource: "tokens", limit: 1_000_000, remaining: 0, resetMs: HOUR, windowMs: DAY },
      { resource: "tokens", limit: 5000, windowMs: MINUTE },
    ],
  },
  {
    name: "what remains without a limit",
    source: "https://github.com/EvolvingPrograms/oaib/issues/11",
    headers: { "x-ratelimit-remaining-requests": "79", "x-ratelimit-remaining-tokens": "61353" },
    told: [
      { resource: "requests", remaining: 79 },
      { resource: "tokens", remaining: 61_353 },
    ],
  },
  {
    name: "requests that remain of ten seconds, where the provider says so",
    source:
      "https://clemenssiebler.com/posts/understanding-azure-openai-x-ratelimit-remaining-tokens-x-ratelimit-remaining-requests-headers/",
    signals: { dialects: ["per_resource"], bareRequestsWindowMs: 10_000 },
    headers: { "x-ratelimit-remaining-requests": "19", "x-ratelimit-remaining-tokens": "19913" },
    told: [
      { resource: "requests", remaining: 19, windowMs: 10_000 },
      { resource: "tokens", remaining: 19_913 },
    ],
  },
  {
    name: "−1 and 0 that mean nothing",
    source: AZURE_ZEROES,
    dialect: "responses",
    headers: {
      "x-ratelimit-limit-tokens": "-1",
      "x-ratelimit-remaining-tokens": "-1",
      "x-ratelimit-reset-tokens": "0",
      "x-ratelimit-limit-requests": "0",
      "x-ratelimit-remaining-requests": "0",
    },
    told: [],
  },
  {
    name: "a bare 0 on Responses",
    source: AZURE_ZEROES,
    dialect: "responses",
    headers: { "x-ratelimit-remaining-requests": "0", "x-ratelimit-remaining-tokens": "500" },
    told: [{ resource: "tokens", remaining: 500 }],
  },
  {
    name: "a bare 0 elsewhere, which is a 0",
    source: AZURE_ZEROES,
    headers: { "x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "7" },
    told: [{ resource: "requests", remaining: 0, resetMs: 7000 }],
  },
  {
    name: "garbage",
    source: OPENAI,
    headers: {
      "x-ratelimit-limit-requests": "NaN",
      "x-ratelimit-remaining-requests": "5",
      "x-ratelimit-remaining-tokens": "1e999",
      "x-ratelimit-reset-tokens": "soon",
      "x-ratelimit-limit-wishes": "3",
      "x-ratelimit-limit-constructor": "3",
    },
    told: [],
  },
  {
    name: "a reset beyond reason",
    source: OPENAI,
    headers: { "x-ratelimit-limit-requests": "10", "x-ratelimit-reset-requests": "9000h" },
    told: [{ resource: "requests", limit: 10, resetMs: DAY }],
  },
];

