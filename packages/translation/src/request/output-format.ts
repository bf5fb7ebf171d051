import type { TranslationTarget } from "../contract.ts";
import { toOpenApiSubset } from "./schema/openapi-subset.ts";
import { qualifiesForStrict } from "./schema/strict-schema.ts";

export interface OutputFormat {
  name: string;
  schema: Record<string, unknown>;
  strict: boolean;
}

/** The schema of the answer, enforced where it qualifies. */
export function outputFormat(schema: Record<string, unknown>, target: TranslationTarget): OutputFormat {
  if (target.toolSchema === "openapi_subset")
    return { name: "answer", schema: toOpenApiSubset(schema) ?? { type: "object" }, strict: true };
  return { name: "answer", schema, strict: qualifiesForStrict(schema) };
}
