import type { CustomModelSettings, ProviderSettings } from "@switchyard/service-kit";
import type { ModelInfo } from "@switchyard/wire";

/** What configuration says of a model, if it is one of its own. */
export function customOf({ customModels }: ProviderSettings, model: ModelInfo): CustomModelSettings | undefined {
  return customModels.find(({ modelName }) => modelName === model.id);
}

/** A configured effort is put where the model's API has it, before what else is configured for the body. */
export function extraBodyOf(
  custom: CustomModelSettings | undefined,
  { dialect }: ModelInfo,
): Readonly<Record<string, unknown>> | undefined {
  if (custom === undefined) return undefined;
  const { reasoningEffort, extraBody } = custom;
  if (reasoningEffort === undefined) return extraBody;
  const effort =
    dialect === "responses" ? { reasoning: { effort: reasoningEffort } } : { reasoning_effort: reasoningEffort };
  return { ...effort, ...extraBody };
}

/** Fields as the text that goes into a body which is forwarded as it stands. */
export function rawFields(fields: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, JSON.stringify(value)]));
}
