import { readFileSync } from "node:fs";
import { Ajv, type ValidateFunction } from "ajv";
import * as formats from "ajv-formats";

export interface PublishedSchemas {
  /** What a schema of the API description finds wrong with a value; undefined: it is valid. */
  findFault: (name: string, value: unknown) => string | undefined;
}

/** Validators of OpenAI's published API description; `specPath` is that file. */
export function loadPublishedSchemas(specPath: string): PublishedSchemas {
  const spec = JSON.parse(readFileSync(specPath, "utf8")) as { components: { schemas: Record<string, unknown> } };
  const ajv = new Ajv({ strict: false, validateFormats: true });
  (formats as unknown as { default: { default: (ajv: Ajv) => void } }).default.default(ajv);
  ajv.addFormat("unixtime", true);
  ajv.addSchema({ $id: "openai", components: { schemas: adapt(spec.components.schemas) } });
  const validators = new Map<string, ValidateFunction>();
  return {
    findFault(name, value) {
      const validate = validators.get(name) ?? ajv.compile({ $ref: `openai#/components/schemas/${name}` });
      validators.set(name, validate);
      return validate(value) ? undefined : ajv.errorsText(validate.errors);
    },
  };
}

/**
 * The description is read by discriminators: its oneOf lists overlap where only those decide, so one match is enough.
 * `nullable` stands beside types that leave null out.
 */
function adapt(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(adapt);
  if (typeof value !== "object" || value === null) return value;
  const result: Record<string, unknown> = {};
  for (const [key, inner] of Object.entries(value)) {
    if (key === "discriminator" || key === "nullable") continue;
    result[key === "oneOf" ? "anyOf" : key] = adapt(inner);
  }
  return "nullable" in value && value.nullable === true ? { anyOf: [result, { type: "null" }] } : result;
}
