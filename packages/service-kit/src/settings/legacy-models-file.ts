import { z } from "zod";
import { inferKind } from "./infer-kind.ts";
import { checkFileSource } from "./file-source.ts";
import type { FileSource, ReadOptions } from "./file-source.ts";
import { customModelSchema } from "./custom-model-schema.ts";
import type { FileCustomModel } from "./custom-model-schema.ts";
import { knownProvider } from "./known-providers.ts";
import { parseText, parseUrl } from "./parse-values.ts";
import type { ProviderEntry } from "./provider-entries.ts";
import { providerName } from "./provider-entries.ts";
import { field } from "./schema-field.ts";

/** An entry of models.yaml: a model, and where it is to be had. */
const entrySchema = customModelSchema.extend({
  api_base: field(parseUrl),
  api_key_name: field(parseText).optional(),
});

const modelsSchema = z.strictObject({ models: z.array(entrySchema) });

type Entry = z.output<typeof entrySchema>;

/**
 * models.yaml of an older proxy: a list of models, or the same as a block by model id. Models
 * of one address and key become one provider, named after a known kind of that address or after its host.
 */
export function readModelsFile(source: FileSource, options: ReadOptions): ProviderEntry[] {
  const normalized = { ...source, content: { models: toList(source.content) } };
  const checked = checkFileSource(modelsSchema, normalized, { lenient: true, problems: options.problems });
  if (checked === undefined) return [];
  const groups = Map.groupBy(checked.settings.models, (entry) => `${entry.api_base} ${keyVariable(entry) ?? ""}`);
  const taken = new Set<string>();
  return [...groups.values()].map((entries) => toProvider(entries, taken, source.file, options));
}

function toList(content: unknown): unknown {
  if (Array.isArray(content)) return content;
  if (typeof content !== "object" || content === null) return content;
  const inner = (content as { models?: unknown }).models;
  if (inner !== undefined) return toList(inner);
  return Object.entries(content).map(([id, fields]) =>
    typeof fields === "object" && fields !== null ? { model_id: id, ...fields } : fields,
  );
}

function toProvider(
  entries: readonly Entry[],
  taken: Set<string>,
  file: string,
  { environment, problems }: ReadOptions,
): ProviderEntry {
  const [first] = entries;
  if (first === undefined) throw new RangeError("A group has at least one entry.");
  const variable = keyVariable(first);
  const kind = inferKind(first.api_base);
  const name = freeName(kind === "openai-compatible" ? hostName(first.api_base) : kind, taken);
  const key = variable === undefined ? undefined : environment.secret(variable)?.reveal();
  for (const entry of entries) warnOfTokenPrices(entry, file, problems);
  return {
    name,
    kind,
    place: `${file}: ${first.api_base}`,
    base_url: first.api_base,
    ...(key === undefined ? {} : { api_key: key }),
    ...(key === undefined && variable !== undefined ? { missing: [variable] } : {}),
    direct: kind === "anthropic",
    // The models are all that this address is configured for.
    ...(knownProvider(kind) === undefined
      ? { models: { big: entries.map(({ model_name: id, model_id }) => id ?? model_id) } }
      : {}),
    custom_models: entries.map(withoutEndpoint),
  };
}

/** Without a name it was OPENAI_API_KEY for every address; here OpenAI's key goes to OpenAI only, and others get their own or none. */
function keyVariable({ api_key_name: name, api_base: base }: Entry): string | undefined {
  return name ?? (inferKind(base) === "openai" ? "OPENAI_API_KEY" : undefined);
}

function withoutEndpoint(entry: Entry): FileCustomModel {
  const model: FileCustomModel & Partial<Entry> = { ...entry };
  delete model.api_base;
  delete model.api_key_name;
  return model;
}

function warnOfTokenPrices(entry: Entry, file: string, problems: ReadOptions["problems"]): void {
  if (entry.input_cost_per_token === undefined && entry.output_cost_per_token === undefined) return;
  problems.warn(
    `${file}: ${entry.model_id}`,
    "has prices per token",
    "They are understood; input_cost_per_million_tokens and output_cost_per_million_tokens are easier to read.",
  );
}

/** "https://ark.cn-beijing.volces.com/api/v3" → "volces"; an address of numbers stays whole. */
function hostName(baseUrl: string): string {
  const { hostname, port } = new URL(baseUrl);
  const labels = hostname.split(".");
  const label = /^[\d.]+$|^\[/.test(hostname) ? hostname : labels.length > 1 ? (labels.at(-2) ?? hostname) : hostname;
  return providerName(labels.length > 1 && port === "" ? label : `${label}-${port}`);
}

function freeName(wanted: string, taken: Set<string>): string {
  let name = wanted;
  for (let count = 2; taken.has(name); count += 1) name = `${wanted}-${count}`;
  taken.add(name);
  return name;
}
