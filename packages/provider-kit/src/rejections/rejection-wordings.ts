import { THINKING_HISTORY, THINKING_IN_LOOP } from "@switchyard/wire";

/** What a wording names, before it is known whether that can be left out. */
export interface NamedThing {
  kind: "field" | "beta";
  name: string;
}

interface Wording {
  pattern: RegExp;
  /** Default: the first group is a field. */
  read?: (groups: readonly (string | undefined)[]) => NamedThing[];
}

const field = (name: string): NamedThing => ({ kind: "field", name });

/** Messages of role system between the others. */
export const SYSTEM_MESSAGES = "system_messages";

/** Definitions of tools that come and go in the middle of a conversation. */
export const TOOL_CHANGES = "tool_changes";

/**
 * How upstreams name what they refuse. Sources, read in 2026: github.com/anthropics/claude-code issues 21612, 21625,
 * 4378; github.com/QuantumNous/new-api issue 2975 (betas); github.com/router-for-me/CLIProxyAPI issue 1584 (signatures);
 * recorded answers of OpenAI in github.com/vercel/ai; github.com/1jehuang/jcode issue 1028 (unknown parameter);
 * github.com/glowingjade/obsidian-smart-composer issue 455, github.com/google-gemini/gemini-cli issue 5006 (Google);
 * github.com/yym68686/uni-api issue 105, github.com/BerriAI/litellm pull request 16265 (xAI);
 * github.com/gpustack/gpustack issue 429 (vLLM); github.com/microsoft/semantic-kernel issue 10510 (Azure's inference).
 */
const WORDINGS: readonly Wording[] = [
  { pattern: /([#\w$./[\]*-]+): Extra inputs are not permitted/giu },
  {
    pattern: /unexpected value\(s\) (.{1,1000}?) for the `?anthropic-beta`? header/giu,
    read: ([list = ""]) => [...list.matchAll(/[\w.-]+/gu)].map(([name]) => ({ kind: "beta", name })),
  },
  {
    pattern: /invalid `(?:signature|data)` in `(?:redacted_)?thinking` block/giu,
    read: () => [field(THINKING_HISTORY)],
  },
  {
    pattern: /`(?:redacted_)?thinking`(?: or `redacted_thinking`)? blocks? .{0,80}cannot be modified/giu,
    read: () => [field(THINKING_HISTORY)],
  },
  { pattern: /corrupted thought signature|thought signature is not valid/giu, read: () => [field(THINKING_HISTORY)] },
  {
    pattern: /encrypted content .{0,200}could not be (?:verified|decrypted)/giu,
    read: () => [field(THINKING_HISTORY)],
  },
  { pattern: /expected `thinking` or `redacted_thinking`, but found/giu, read: () => [field(THINKING_IN_LOOP)] },
  { pattern: /(?:adaptive|extended) thinking is not supported/giu, read: () => [field("thinking")] },
  { pattern: /does not support (?:adaptive |extended )?thinking/giu, read: () => [field("thinking")] },
  { pattern: /unexpected role "system"|role 'system' is not supported/giu, read: () => [field(SYSTEM_MESSAGES)] },
  { pattern: /input tag 'tool_reference' found/giu, read: () => [field("tools[*].defer_loading")] },
  { pattern: /input tag 'tool_(?:addition|removal)' found/giu, read: () => [field(TOOL_CHANGES)] },
  // The model knows other efforts than the one asked for, or none.
  { pattern: /(output_config\.effort): /giu },
  {
    pattern: /does not support the effort parameter|effort parameter is not supported/giu,
    read: () => [field("output_config.effort")],
  },
  { pattern: /support anthropic's context management/giu, read: () => [field("context_management")] },
  { pattern: /function tools with (reasoning_effort) are not supported/giu },
  { pattern: /`\w+` and `(\w+)` cannot both be specified/giu },
  {
    // Groq: "'messages.0' : property 'name' is unsupported".
    pattern: /(?:'([\w.]{1,100})' : )?property '(\w+)' is unsupported/giu,
    read: ([place, name = ""]) => [field(place === undefined ? name : `${place}.${name}`)],
  },
  {
    pattern:
      /(?<!property )[`'"]([\w.[\]*]+)[`'"](?: parameter)? (?:is|are) (?:not supported|unsupported|deprecated|no longer supported|not available|not permitted)/giu,
  },
  {
    pattern: /unrecognized request arguments? supplied: ([\w., ]+)/giu,
    read: ([list = ""]) => list.split(",").map((name) => field(name.trim().replace(/\.$/u, ""))),
  },
  { pattern: /unknown parameter: '([^']{1,128})'/giu },
  { pattern: /unsupported (?:value|parameter): '([^']{1,128})'/giu },
  { pattern: /unrecognized keys?(?:\(s\))?(?: in object)?: \\?['"]([\w.]+)\\?['"]/giu },
  { pattern: /additional properties are not allowed \(\\?['"]([\w.]+)\\?['"] was unexpected\)/giu },
  // Google names places inside its own form of the request by "at '…'": those are none of the body that was sent.
  { pattern: /unknown name \\?"([\w$]+)\\?": cannot find field/giu },
  { pattern: /extraneous key \[(\w+)\] is not permitted/giu },
  { pattern: /argument not supported on this model: (\w+)/giu },
  { pattern: /does not support (?:the )?parameter \\?['"`]?(\w+)/giu },
  {
    pattern: /extra_forbidden', 'loc': \('body', (.{1,200}?)\)/giu,
    read: ([list = ""]) => [field([...list.matchAll(/[\w$]+/gu)].map(([part]) => part).join("."))],
  },
];

/** Everything that a text names as refused, in the order of its wordings. */
export function readWordings(text: string): NamedThing[] {
  return WORDINGS.flatMap(({ pattern, read }) =>
    [...text.matchAll(pattern)].flatMap(
      ([, ...groups]) => read?.(groups) ?? groups.slice(0, 1).map((name) => field(name)),
    ),
  );
}
