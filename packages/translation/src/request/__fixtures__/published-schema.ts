import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

import { Ajv } from "ajv";
import type { ValidateFunction } from "ajv";
import * as addFormats from "ajv-formats";

const FOLDER = process.env["SWITCHYARD_FIXTURES"] ?? path.resolve(import.meta.dirname, "../../../../../../shared/fixtures");
const SPEC = path.join(FOLDER, "specs/openai-openapi.json");

/** Whether the published API description is on this machine. */
export const hasPublishedSchemas = existsSync(SPEC);

/** Validators for the request bodies, from OpenAI's own API description. */
export function publishedSchemas(): { chat: ValidateFunction; responses: ValidateFunction } {
  const spec = JSON.parse(readFileSync(SPEC, "utf8")) as { components: { schemas: Record<string, unknown> } };
  const ajv = new Ajv({ strict: false, allErrors: false, validateFormats: true });
  (addFormats as unknown as { default: { default?: (ajv: Ajv) => void } }).default.default?.(ajv);
  ajv.addSchema({ $id: "openai", components: { schemas: loosened(spec.components.schemas) } });
  return { chat: validator(ajv, "CreateChatCompletionRequest"), responses: validator(ajv, "CreateResponse") };
}

function validator(ajv: Ajv, name: string): ValidateFunction {
  return ajv.compile({ $ref: `openai#/components/schemas/${name}` });
}

/** The description's oneOf lists overlap (a plain message is several of them): one match is enough. */
function loosened(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(loosened);
  if (typeof value !== "object" || value === null) return value;
  const result: Record<string, unknown> = {};
  for (const [key, inner] of Object.entries(value)) {
    if (key === "discriminator" || (key === "nullable" && !("type" in value))) continue;
    if (key === "oneOf" && Array.isArray(inner)) result["anyOf"] = loosened(inner);
    else result[key] = loosened(inner);
  }
  return result;
}
