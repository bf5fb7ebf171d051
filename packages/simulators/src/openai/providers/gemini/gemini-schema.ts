import { z } from "zod";
import { createChatSchema } from "../../chat/chat-schema.ts";
import { formatPath, valueAt } from "../../describe-value.ts";
import type { RequestProblem } from "../../problem.ts";
import { fieldViolations, invalidArgument } from "./gemini-errors.ts";

const THINKING = z.strictObject({
  thinking_budget: z.int().optional(),
  thinking_level: z.enum(["minimal", "low", "medium", "high"]).optional(),
  include_thoughts: z.boolean().optional(),
});
const EXTRA_CONTENT = z
  .looseObject({ google: z.looseObject({ thought_signature: z.string().optional() }).optional() })
  .optional();

/**
 * The request of Google's OpenAI endpoint: OpenAI's without the fields that Google does not have, with `extra_body` and
 * `extra_content`. ai.google.dev/gemini-api/docs/openai, seen 2026-11.
 */
const SCHEMA = createChatSchema({
  unknownFields: "refuse",
  extension: {
    body: {
      extra_body: z
        .strictObject({
          google: z
            .strictObject({
              thinking_config: THINKING.optional(),
              cached_content: z.string().optional(),
              safety_settings: z.array(z.looseObject({})).optional(),
            })
            .optional(),
        })
        .optional(),
      stop: z.union([z.string(), z.array(z.string()).min(1).max(5)]).nullish(),
      reasoning_effort: z.enum(["none", "minimal", "low", "medium", "high"]).nullish(),
    },
    assistant: { extra_content: EXTRA_CONTENT },
    toolCall: { extra_content: EXTRA_CONTENT },
  },
  without: [
    "seed",
    "user",
    "store",
    "metadata",
    "logit_bias",
    "verbosity",
    "parallel_tool_calls",
    "safety_identifier",
    "prompt_cache_key",
    "prompt_cache_retention",
    "prompt_cache_options",
    "web_search_options",
  ],
});

/** First every unknown field at once, then the first value that is wrong, in Google's words. */
export function checkGeminiShape(body: unknown): RequestProblem | undefined {
  const issues = SCHEMA.safeParse(body).error?.issues ?? [];
  const unknown = issues.flatMap((issue) =>
    issue.code === "unrecognized_keys" ? issue.keys.map((key) => unknownName(key, formatPath(issue.path))) : [],
  );
  if (unknown.length > 0) return fieldViolations(unknown);
  const first = issues[0];
  return first === undefined ? undefined : wordIssue(first, body);
}

/** github.com/router-for-me/CLIProxyAPI/issues/102, seen 2026-11. */
function unknownName(key: string, place: string): { field: string; description: string } {
  const at = place === "" ? "" : ` at '${place}'`;
  return { field: place, description: `Invalid JSON payload received. Unknown name "${key}"${at}: Cannot find field.` };
}

function wordIssue(issue: z.core.$ZodIssue, body: unknown): RequestProblem {
  const place = formatPath(issue.path);
  if (place === "messages") return invalidArgument("* GenerateContentRequest.contents: contents is not specified\n");
  if (issue.path.at(-1) === "role") return invalidArgument("Please use a valid role: user, model.");
  const description = `Invalid value at '${place}' (${typeOf(issue)}), ${JSON.stringify(valueAt(body, issue.path)) ?? "null"}`;
  return fieldViolations([{ field: place, description }]);
}

/** Names of protocol buffers' types: protobuf.dev/reference/protobuf/google.protobuf. */
function typeOf(issue: z.core.$ZodIssue): string {
  if (issue.code !== "invalid_type") return "oneof";
  const names: Readonly<Record<string, string>> = {
    string: "TYPE_STRING",
    boolean: "TYPE_BOOL",
    int: "TYPE_INT32",
    number: "TYPE_FLOAT",
  };
  return names[issue.expected] ?? "TYPE_MESSAGE";
}
