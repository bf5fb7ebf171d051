type Fields = Record<string, unknown>;

const SAFE = { filtered: false, severity: "safe" } as const;
const UNDETECTED = { filtered: false, detected: false } as const;
const CATEGORIES = { hate: SAFE, self_harm: SAFE, sexual: SAFE, violence: SAFE } as const;

/** What Azure's filter found in the prompt, and in a piece of the answer. */
const PROMPT_RESULTS: Fields = { ...CATEGORIES, jailbreak: UNDETECTED };
export const ANSWER_RESULTS: Fields = CATEGORIES;
const COMPLETION_RESULTS: Fields = {
  ...CATEGORIES,
  protected_material_text: UNDETECTED,
  protected_material_code: UNDETECTED,
};

export const PROMPT_FILTER_RESULTS = [{ prompt_index: 0, content_filter_results: PROMPT_RESULTS }] as const;

/** Opens a stream, after a recorded one (github.com/vercel/ai, packages/openai test fixtures, 2026-08). */
export const FILTER_CHUNK: Fields = {
  choices: [],
  created: 0,
  id: "",
  model: "",
  object: "",
  prompt_filter_results: PROMPT_FILTER_RESULTS,
};

/** Field of a finished response, after recorded ones (github.com/vercel/ai, packages/azure test fixtures, 2026-08). */
export const RESPONSE_FILTERS: readonly Fields[] = [
  describeFilter("prompt", PROMPT_RESULTS),
  describeFilter("completion", COMPLETION_RESULTS),
];

function describeFilter(source: string, results: Fields): Fields {
  return {
    blocked: false,
    source_type: source,
    content_filter_raw: null,
    content_filter_results: results,
    content_filter_offsets: { start_offset: 0, end_offset: 4, check_offset: 0 },
  };
}

/** github.com/compl-ai/compl-ai/issues/20, seen 2026-11. */
export const BLOCKED_PROMPT: Fields = {
  error: {
    message:
      "The response was filtered due to the prompt triggering Azure OpenAI's content management policy. Please modify your prompt and retry. To learn more about our content filtering policies please read our documentation: https://go.microsoft.com/fwlink/?linkid=2198766",
    type: null,
    param: "prompt",
    code: "content_filter",
    status: 400,
    innererror: {
      code: "ResponsibleAIPolicyViolation",
      content_filter_result: { ...PROMPT_RESULTS, violence: { filtered: true, severity: "medium" } },
    },
  },
};
