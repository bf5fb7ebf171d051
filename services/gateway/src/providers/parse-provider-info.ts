import type { ProviderInfo } from "@switchyard/wire";
import * as z from "zod";

const tier = z.enum(["big", "middle", "small"]);

const model = z.looseObject({
  id: z.string(),
  canonical: z.string(),
  display_name: z.string(),
  aliases: z.array(z.string()),
  tier,
  context_window: z.number(),
  max_output_tokens: z.number(),
  capabilities: z.object({
    tools: z.boolean(),
    images: z.boolean(),
    documents: z.boolean(),
    thinking: z.boolean(),
    server_tools: z.array(z.string()),
  }),
  quota_bucket: z.string(),
  dialect: z.enum(["messages", "chat", "responses"]),
  native_count_tokens: z.boolean(),
});

const providerInfo = z.looseObject({
  service_name: z.string(),
  provider: z.string(),
  kind: z.string(),
  port: z.number(),
  version: z.string(),
  uptime: z.number(),
  status: z.enum(["ok", "unconfigured", "retired", "unreachable", "checking"]),
  simulated: z.boolean(),
  models: z.array(model),
  tiers: z.record(tier, z.array(z.string())),
  endpoints: z.array(z.string()),
});

/** Checks what the gateway routes by. Throws an error that names what is wrong. */
export function parseProviderInfo(value: unknown): ProviderInfo {
  const result = providerInfo.safeParse(value);
  if (!result.success) throw new Error(`/info is not what a provider tells: ${z.prettifyError(result.error)}`);
  // Checked above; fields that are not named there are optional and only shown to people.
  return value as ProviderInfo;
}
